"""Every address, tried by every role and by a stranger. New addresses are picked up by themselves."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser, User
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal import roles

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
# Addresses that name no action. Open to everybody:
PUBLIC = {
    "healthz",
    "readyz",
    "closed",
    "account_login",
    "account_inactive",  # where the right password of a switched-off account leads
    "mfa_authenticate",
}
# About one's own account, for everybody who is signed in:
OWN_ACCOUNT = {
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "usersessions_list",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
}
# What the login library offers and we do not, with values for its parameters:
CLOSED: dict[str, dict[str, str]] = {
    "account_signup": {},
    "account_email": {},
    "account_email_verification_sent": {},
    "account_confirm_email": {"key": "x"},
    "account_set_password": {},
    "account_reset_password": {},
    "account_reset_password_done": {},
    "account_reset_password_from_key": {"uidb36": "1", "key": "x"},
    "account_reset_password_from_key_done": {},
    "account_confirm_login_code": {},
}
SAMPLES = {
    "digits": "15162065575",
    "uuid": str(uuid.UUID(int=7)),
    "int": "7",
    "str": "x",
    "sid": str(uuid.UUID(int=7)),
    "slug": "x",
}


def patterns(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, path)
        else:
            yield path, entry


def sample(path: str, pattern: URLPattern) -> str:
    """`path` with values for its parameters."""
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        path = path.replace(f"<{kind}:{name}>", SAMPLES[kind])
    return path


EVERY = list(patterns(get_resolver()))
OURS = [
    (path, pattern) for path, pattern in EVERY if pattern.name not in PUBLIC | OWN_ACCOUNT | CLOSED.keys()
]
NAMES = [pattern.name or path for path, pattern in OURS]


@pytest.mark.parametrize(("path", "pattern"), OURS, ids=NAMES)
def test_every_view_names_its_action(path, pattern):
    assert pattern.callback.action.name in roles.ACTIONS


def test_the_lists_of_exceptions_hold_only_addresses_that_exist():
    assert PUBLIC | OWN_ACCOUNT | CLOSED.keys() <= {pattern.name for _, pattern in EVERY}


@pytest.mark.parametrize("name", CLOSED)
def test_what_the_login_library_offers_and_we_do_not_is_not_there(name, stranger, admin):
    for person in (stranger, admin):
        for ask in (person.get, person.post):
            assert ask(reverse(name, kwargs=CLOSED[name])).status_code == 404


@pytest.mark.parametrize(("path", "pattern"), OURS, ids=NAMES)
def test_a_stranger_is_asked_to_sign_in(path, pattern, client):
    for method in (client.get, client.post):
        response = method(sample(path, pattern))
        assert response.status_code == 302
        assert response["Location"].startswith("/account/login/?next=/")


@pytest.mark.parametrize("name", sorted(OWN_ACCOUNT - {"account_logout"}))
def test_a_stranger_has_no_account_pages(name, client):
    path = next(path for path, pattern in EVERY if pattern.name == name)
    response = client.get(path)
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]


@pytest.mark.parametrize(("path", "pattern"), OURS, ids=NAMES)
def test_someone_without_a_role_is_refused_in_a_sentence(path, pattern, client):
    client.force_login(User.objects.create_user("newcomer"))
    response = client.get(sample(path, pattern))
    if response.status_code == 405:
        response = client.post(sample(path, pattern))
    assert response.status_code == 403
    assert "no role yet" in response.content.decode()


@pytest.mark.parametrize("role", roles.ROLES)
@pytest.mark.parametrize(("path", "pattern"), OURS, ids=NAMES)
def test_every_role_gets_in_where_the_table_says_so_and_nowhere_else(
    path, pattern, role, make_person, settings
):
    settings.CORE_API_URL = "http://127.0.0.1:9/core/v2"  # nobody listens there: only the door is tried
    person = make_person(role)
    response = person.get(sample(path, pattern))
    if response.status_code == 405:
        response = person.post(sample(path, pattern))
    allowed = role in pattern.callback.action.roles
    assert (response.status_code != 403) is allowed
    if allowed:
        assert response.status_code != 500


# --- the decorator, with an action that not everybody may do -------------------------------------


@roles.requires("number.release")
def release(request):
    raise AssertionError("reached")


def ask(user, **headers):
    request = RequestFactory().get("/", headers=headers)
    request.user = user
    request.htmx = False
    return release(request)


def test_who_may_reaches_the_view(manager):
    with pytest.raises(AssertionError, match="reached"):
        ask(manager.user)


def test_who_may_not_is_told_who_may(staff):
    response = ask(staff.user)
    assert response.status_code == 403
    sentence = "You may not release numbers: this is for account managers and administrators."
    assert sentence in response.content.decode()


def test_a_stranger_never_reaches_the_view():
    assert ask(AnonymousUser()).status_code == 403


def test_a_decorated_view_keeps_the_name_of_its_action_under_other_decorators():
    assert login_not_required(release).action.name == "number.release"


def test_an_action_that_is_not_in_the_table_is_a_programming_error():
    with pytest.raises(KeyError):
        roles.requires("number.paint")


# Asked for by the name of the entry that is to be undone.
BY_ENTRY = {"number.messaging"}


def test_every_action_of_the_table_is_asked_for():
    code = [file for app in ("portal", "numbers", "partners") for file in (ROOT / app).rglob("*.py")]
    by_services = {
        name for file in code for name in re.findall(r'\bmay\([^()]+, "([\w.]+)"\)', file.read_text())
    }
    by_views = {pattern.callback.action.name for _, pattern in OURS}
    assert set(roles.ACTIONS) - by_views - by_services <= BY_ENTRY


# --- roles ---------------------------------------------------------------------------------------


def test_each_role_may_do_all_the_ones_before_it_may():
    for action in roles.ACTIONS.values():
        lowest = min(roles.ROLES.index(role) for role in action.roles)
        assert action.roles == set(roles.ROLES[lowest:])


def test_the_highest_group_counts(make_person):
    person = make_person("admin").user
    person.groups.add(*[make_person(role, f"{role}2").user.groups.get() for role in ("staff", "manager")])
    assert roles.role_of(User.objects.get(pk=person.pk)) == "admin"


def test_the_role_is_looked_up_once_a_request(staff, django_assert_num_queries):
    user = User.objects.get(pk=staff.user.pk)
    with django_assert_num_queries(1):
        for name in roles.ACTIONS:
            roles.may(user, name)


def test_the_groups_are_made_by_a_migration():
    from django.contrib.auth.models import Group

    assert set(Group.objects.values_list("name", flat=True)) == set(roles.ROLES)
