"""The demo desk that `make run` stands up: a world in the sandbox, three people, one file with the keys.

Everything is kept: a second start finds the same people, passwords and numbers.
"""

import json
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.models import Group, User
from django.db import transaction

PEOPLE = {
    "staff": ("Sam", "Okafor"),
    "manager": ("Alex", "Moreno"),
    "admin": ("Robin", "Hale"),
}
_CORE_KEYS = ("url", "token", "login", "password", "client_id", "client_secret")
_NUMBER_KEYS = ("url", "auth_id", "auth_token", "admin_auth_id", "admin_auth_token")


class CannotStart(Exception):
    """`str(error)` is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Place:
    """Where the demo runs. `sandbox_url` is the base the sandbox is reached under."""

    data_dir: Path
    port: int
    sandbox_port: int
    sandbox_url: str

    @property
    def portal_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def keys_file(self) -> Path:
        return self.data_dir / "demo.json"


def place(data_dir: Path, environment: Mapping[str, str]) -> Place:
    """From PORT, SANDBOX_PORT and SANDBOX_URL. Raises `CannotStart` for a port that is none."""
    port = _port(environment, "PORT", 8000)
    sandbox_port = _port(environment, "SANDBOX_PORT", 8001)
    if port == sandbox_port:
        raise CannotStart(f"PORT and SANDBOX_PORT are both {port}: choose two different ones.")
    return Place(
        data_dir,
        port,
        sandbox_port,
        environment.get("SANDBOX_URL") or f"http://127.0.0.1:{sandbox_port}",
    )


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not (text.isdecimal() and len(text) < 6 and 0 < int(text) < 65_536):
        raise CannotStart(f"{name} is {text!r}, which is no port: choose a number from 1 to 65535.")
    return int(text)


def refuse_taken_ports(where: Place) -> None:
    """Raises `CannotStart` when something else listens where we want to."""
    for name, port in (("PORT", where.port), ("SANDBOX_PORT", where.sandbox_port)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise CannotStart(
                    f"Port {port} is taken by another program: stop it, or start with another one, "
                    f"for example {name}={port + 10} make run."
                ) from error


# --- the file with the keys ----------------------------------------------------------------------


def read_keys(where: Place) -> dict[str, Any]:
    """What an earlier start wrote down; empty the first time."""
    return json.loads(where.keys_file.read_text()) if where.keys_file.is_file() else {}


def write_keys(where: Place, keys: Mapping[str, Any]) -> None:
    """Replace the file as a whole, readable by its owner only from its first byte on."""
    beside = where.keys_file.with_suffix(".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(keys, file, indent=2)
        file.write("\n")
    beside.replace(where.keys_file)


def keys_for(where: Place, known: Mapping[str, Any], credentials: Mapping[str, Any]) -> dict[str, Any]:
    """The keys as they should be: `known` ones kept, `credentials` of the sandbox's world on top."""
    return {
        "portal_url": where.portal_url,
        "users": {
            role: {"password": _known_password(known, role) or new_password(), "role": role}
            for role in PEOPLE
        },
        "core_api": _at(where, {key: credentials["core_api"][key] for key in _CORE_KEYS}),
        "number_api": _at(where, {key: credentials["number_api"][key] for key in _NUMBER_KEYS}),
        "secret_key": known.get("secret_key") or secrets.token_urlsafe(64),
    }


def complete(known: Mapping[str, Any]) -> bool:
    """Whether `known` already names a world, so that the sandbox need not be asked again."""
    core, number = known.get("core_api", {}), known.get("number_api", {})
    return all(core.get(key) for key in _CORE_KEYS) and all(number.get(key) for key in _NUMBER_KEYS)


def _known_password(known: Mapping[str, Any], role: str) -> str:
    return known.get("users", {}).get(role, {}).get("password", "")


def new_password() -> str:
    """Easy to type from a terminal, 80 bits."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))


def _at(where: Place, api: dict[str, str]) -> dict[str, str]:
    """The same address at the host and port the sandbox has this time."""
    here = urlsplit(where.sandbox_url)
    path = urlsplit(api["url"]).path
    return api | {"url": urlunsplit((here.scheme, here.netloc, path, "", ""))}


# --- people --------------------------------------------------------------------------------------


def make_people(passwords: Mapping[str, str], *, passwords_are_new: bool) -> None:
    """The three people, each in the group of their role. Those who exist keep their password, unless
    the file that knew it is gone (`passwords_are_new`)."""
    with transaction.atomic():
        for role, (first_name, last_name) in PEOPLE.items():
            user, created = User.objects.get_or_create(
                username=role, defaults={"first_name": first_name, "last_name": last_name}
            )
            if created or passwords_are_new:
                user.set_password(passwords[role])
                user.save()
            user.groups.set([Group.objects.get(name=role)])
