"""What other people do at the carrier, past the portal, while somebody looks at a page of ours."""

from datetime import timedelta
from typing import Any

import requests
from django.utils import timezone

from partners.models import Partner
from tests.sandbox_server import World

NUMBER = "15162065573"  # free in every world; rented by the fixtures that say so
SHOWN = "(516) 206-5573"


def assign(world: World, phonenumber: str, partner: Partner) -> None:
    _number_api(world, "POST", _assignment(phonenumber), json={"sub_account_id": partner.sub_account_id})


def unassign(world: World, phonenumber: str) -> None:
    _number_api(world, "DELETE", _assignment(phonenumber))


def force(world: World, phonenumber: str) -> None:
    """With the administrator's credentials."""
    _number_api(world, "DELETE", _assignment(phonenumber), who="admin_", params={"force": "true"})


def disable(world: World, partner: Partner) -> None:
    _number_api(world, "PUT", _sub_account(partner), json={"enabled": False})


def delete_sub_account(world: World, partner: Partner) -> None:
    _number_api(world, "DELETE", _sub_account(partner))


def call(world: World, phonenumber: str = NUMBER, **ago: float) -> None:
    """Somebody called the number, a while `ago` (`days=3`); just now when nothing is said."""
    at = timezone.now() - timedelta(**ago)
    world.add_calls({"phonenumber": phonenumber, "date_start": at.isoformat(), "duration": 0})


def issue_token(world: World, partner: Partner, name: str, **wishes: str) -> None:
    core = world.core
    asked = {
        "client_id": core["client_id"],
        "client_secret": core["client_secret"],
        "name": name,
        "scope": "phonenumber.read,calls.read",
        "access_token_expires_in": "864000",
    }
    answer = world.request("POST", f"/oauth/token/{partner.pk}", data=asked | wishes)
    assert answer.ok, answer.text


def _assignment(phonenumber: str) -> str:
    return f"/account/{{auth_id}}/numbers/%2B{phonenumber}/assign-subaccount"


def _sub_account(partner: Partner) -> str:
    return f"/accounts/{{auth_id}}/sub-accounts/{partner.sub_account_id}"


def _number_api(world: World, method: str, path: str, *, who: str = "", **options: Any) -> None:
    api = world.number_api
    headers = {"X-Auth-ID": api[f"{who}auth_id"], "X-Auth-Token": api[f"{who}auth_token"]}
    url = api["url"] + path.format(auth_id=api["auth_id"])
    answer = requests.request(method, url, headers=headers, timeout=10, **options)
    assert answer.ok, answer.text
