"""Steps the tests of partners, tokens and logins share."""

import base64
import itertools
from typing import Any

import requests

_numbers = itertools.count(1)


def order(**fields: Any) -> dict[str, Any]:
    """A body that makes a partner, with a login of its own."""
    return {
        "login": f"partner{next(_numbers)}",
        "password": "sample_password",
        "name": "John Smith",
        "owner_email": "john@example.com",
        **fields,
    }


def make_partner(world: Any, *, scopes: list[str] | None = None, **fields: Any) -> dict[str, Any]:
    """A verified partner with `scopes`, as it then is; its password is sample_password."""
    made = world.post("/partners", order(**fields))
    assert made.status_code == 200, made.text
    path = f"/partners/{made.json()['partner_sid']}"
    world.steer("POST", f"{path}/verify")
    if scopes is not None:
        world.steer("PATCH", path, {"available_scopes": scopes})
    return world.get(path).json()


def client(world: Any) -> dict[str, str]:
    return {"client_id": world.core["client_id"], "client_secret": world.core["client_secret"]}


def token_for(world: Any, sid: str, **form: Any) -> dict[str, Any]:
    """A new token of a partner, made by the world's main partner."""
    answer = world.request("POST", f"/oauth/token/{sid}", data={**client(world), **form})
    assert answer.status_code == 200, answer.text
    return answer.json()


def bearer(token: dict[str, Any] | str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token if isinstance(token, str) else token['access_token']}"}


def basic(login: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()}


def call(world: Any, headers: dict[str, str], method: str, path: str, **options: Any) -> requests.Response:
    """A request with these credentials and none of the world's own."""
    return requests.request(method, world.core["url"] + path, headers=headers, timeout=30, **options)


def as_administrator(world: Any, *more: str) -> None:
    """Let the main partner do, besides what it may, what administrators may."""
    known = world.get("/oauth/whoami").json()["available_scopes"]
    world.set(scopes=[*known, *(more or ("admin.manage",))])
