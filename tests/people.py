"""The cast: one person per role and a stranger, each with a browser-like client on a world of their own."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

NAMES = {"staff": ("Sam", "Okafor"), "manager": ("Alex", "Moreno"), "admin": ("Robin", "Hale")}


@dataclass(frozen=True)
class Person:
    """A user (None for the stranger) and the client they use; HTMX requests by `htmx=True`."""

    user: User | None
    client: Client

    def get(self, url: str, *, htmx: bool = False, target: str = "", **data: object):
        return self.client.get(url, data, headers=_headers(url, htmx, target))

    def post(self, url: str, *, htmx: bool = False, target: str = "", **data: object):
        return self.client.post(url, data, headers=_headers(url, htmx, target))


def _headers(url: str, htmx: bool, target: str) -> dict[str, str]:  # noqa: FBT001 -- private, two callers
    if not htmx:
        return {}
    return {"HX-Request": "true", "HX-Current-URL": f"http://testserver{url}"} | (
        {"HX-Target": target} if target else {}
    )


def make_user(role: str, username: str = "") -> User:
    first, last = NAMES[role]
    user = User.objects.create_user(
        username or role, password=f"{role}-pass-123", first_name=first, last_name=last
    )
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def make_person(db) -> Callable[..., Person]:
    def make(role: str, username: str = "") -> Person:
        client = Client()
        user = make_user(role, username)
        client.force_login(user)
        return Person(user, client)

    return make


@pytest.fixture
def staff(make_person) -> Person:
    return make_person("staff")


@pytest.fixture
def manager(make_person) -> Person:
    return make_person("manager")


@pytest.fixture
def admin(make_person) -> Person:
    return make_person("admin")


@pytest.fixture
def stranger(db) -> Person:
    return Person(None, Client())


@pytest.fixture
def upstream(world, settings, db):
    """The world of this test, with the portal pointed at it."""
    core, number = world.credentials["core_api"], world.credentials["number_api"]
    settings.CORE_API_URL, settings.CORE_API_TOKEN = core["url"], core["token"]
    settings.CORE_API_CLIENT_ID = core["client_id"]
    settings.CORE_API_CLIENT_SECRET = core["client_secret"]
    settings.CORE_API_LOGIN, settings.CORE_API_PASSWORD = core["login"], core["password"]
    settings.NUMBER_API_URL = number["url"]
    settings.NUMBER_API_AUTH_ID, settings.NUMBER_API_AUTH_TOKEN = number["auth_id"], number["auth_token"]
    settings.NUMBER_API_ADMIN_AUTH_ID = number["admin_auth_id"]
    settings.NUMBER_API_ADMIN_AUTH_TOKEN = number["admin_auth_token"]
    return world


@pytest.fixture
def mirror(upstream):
    """The same world, with the mirror in step."""
    from numbers.services.sync import sync_numbers
    from partners.services.sub_accounts import sync_sub_accounts
    from partners.services.sync import sync_partners

    sync_partners()
    sync_sub_accounts()
    sync_numbers()
    return upstream
