"""Every page and dialog about sub-accounts, partners and tokens, as each role and as a stranger meets it."""

from dataclasses import dataclass
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from numbers.models import OverrideRequest
from numbers.services.assign import assignable_partners
from partners.models import Invitation, Partner, Token
from partners.services.sync import sync_tokens
from tests.browser import elsewhere
from tests.browser.conftest import assert_accessible, fill_in_login
from tests.browser.elsewhere import NUMBER
from tests.people import make_user

FREE = "12125550148"
EVERYONE = ("staff", "manager", "admin")
MANAGERS = ("manager", "admin")
ADMINS = ("admin",)
WHO = {
    MANAGERS: "this is for account managers and administrators",
    ADMINS: "this is for administrators",
}


@dataclass(frozen=True)
class Screen:
    """A page, who may open it, and what they find there; the ids in `path` are those of `things`."""

    path: str
    roles: tuple[str, ...]
    finds: str


SCREENS = [
    Screen("/numbers/{free}/assign/", MANAGERS, "Assign to a sub-account"),
    Screen("/numbers/assign/?partner={partner}", MANAGERS, "Assign a number to"),
    Screen("/numbers/{held}/unassign/", MANAGERS, "What will break"),
    Screen("/numbers/{held}/override/", MANAGERS, "An administrator can move it before that"),
    Screen("/numbers/{held}/force/", ADMINS, "You override the protection"),
    Screen("/numbers/overrides/", ADMINS, "The court asked for it"),
    Screen("/numbers/overrides/{request}/decline/", ADMINS, "Decline the override"),
    Screen("/numbers/cool-offs/", EVERYONE, "in cool-off"),
    Screen("/numbers/forced/", ADMINS, "Forced moves"),
    Screen("/numbers/forced/carrier/", ADMINS, "The carrier's own record"),
    Screen("/numbers/{held}/calls/", EVERYONE, "1 call in 90 days"),
    Screen("/numbers/{held}/history/", EVERYONE, "History"),
    Screen("/numbers/{free}/release/", MANAGERS, "Release phone number"),
    Screen("/numbers/{free}/release/lock/", MANAGERS, "Lock against release"),
    Screen("/partners/", EVERYONE, "Sub-partners"),
    Screen("/partners/?parent={parent}", EVERYONE, "its sub-partners"),
    Screen("/partners/new/", MANAGERS, "It is invited by e-mail"),
    Screen("/partners/{partner}/", EVERYONE, "Overview"),
    Screen("/partners/{partner}/history/", EVERYONE, "Nothing was done to this partner"),
    Screen("/partners/{partner}/edit/", MANAGERS, "Daily spending limit"),
    Screen("/partners/{partner}/delete/", ADMINS, "Delete sub-partner"),
    Screen("/partners/{partner}/sub-account/", MANAGERS, "can hold numbers"),
    Screen("/partners/{invited}/", EVERYONE, "Waiting for its e-mail to be verified."),
    Screen("/partners/{partner}/tokens/", MANAGERS, "Export"),
    Screen("/partners/{partner}/tokens/new/", MANAGERS, "It is shown once, on the next page"),
    Screen("/partners/{partner}/tokens/{token}/edit/", MANAGERS, "Scopes can be taken away."),
    Screen("/partners/{partner}/tokens/{token}/rotate/", MANAGERS, "A new token with the same name"),
    Screen("/partners/{partner}/tokens/{token}/revoke/", MANAGERS, "Whatever uses it stops at once."),
    Screen("/partners/tokens/", MANAGERS, "without their secrets"),
]


@pytest.fixture
def things(held) -> dict[str, str]:
    """One of everything: a number in cool-off with a request about it, a token, an invitation."""
    elsewhere.call(held, days=3)
    partner = assignable_partners()[0]
    asked = OverrideRequest.objects.create(
        phonenumber=NUMBER,
        holder_sid=partner.pk,
        holder_text=partner.name,
        reason="The court asked for it",
        asked_by_text="Alex Moreno",
    )
    invited = held.post("/partners", {"login": "juniper", "password": "long enough", "name": "Juniper"})
    Invitation.objects.create(
        id=uuid4(),
        partner_sid=invited.json()["partner_sid"],
        login="juniper",
        name="Juniper",
        invited_by_text="Alex Moreno",
        state=Invitation.State.INVITED,
    )
    token = a_token(held, partner)
    return {
        "free": FREE,
        "held": NUMBER,
        "partner": partner.pk,
        "parent": Partner.objects.exclude(parent_sid="").values_list("parent_sid", flat=True)[0],
        "request": str(asked.pk),
        "invited": invited.json()["partner_sid"],
        "token": token.pk,
    }


def a_token(world, partner: Partner) -> Token:
    elsewhere.issue_token(world, partner, "Export")
    sync_tokens()
    return Token.objects.get(name="Export")


@pytest.mark.parametrize("role", EVERYONE)
def test_everybody_sees_what_their_role_may_see_or_who_may(sign_in, things, at, expected_statuses, role):
    page = sign_in(role)
    for screen in SCREENS:
        allowed = role in screen.roles
        expected_statuses.difference_update({403}) if allowed else expected_statuses.add(403)
        page.goto(at(screen.path.format(**things)))
        main = page.locator("main")
        expect(main).to_contain_text(screen.finds if allowed else WHO[screen.roles])
        if not allowed:
            expect(main.get_by_role("textbox")).to_have_count(0)
        if role in (screen.roles[0], "staff"):
            assert_accessible(page)


def test_a_stranger_signs_in_first_and_then_is_where_they_wanted_to_be(page, things, at):
    make_user("admin")
    for screen in SCREENS:
        path = screen.path.format(**things)
        page.goto(at(path))
        expect(page).to_have_title("Sign in · Numberdesk")
        for secret in (things["partner"], "Export"):
            expect(page.locator("main")).not_to_contain_text(secret)
        fill_in_login(page, "admin")
        expect(page).to_have_url(at(path))
        expect(page.locator("main")).to_contain_text(screen.finds)
        page.context.clear_cookies()


def test_who_was_signed_out_meanwhile_signs_in_and_is_back_on_the_page(sign_in, things, at):
    page = sign_in("manager")
    page.goto(at(f"/numbers/{NUMBER}/"))
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies()
    page.get_by_role("link", name="Unassign…").click()
    expect(page).to_have_title("Sign in · Numberdesk")
    fill_in_login(page, "manager")
    expect(page).to_have_url(at(f"/numbers/{NUMBER}/"))


DIALOGS = [
    ("/numbers/{free}/", "Assign…", MANAGERS),
    ("/numbers/{free}/", "Release…", MANAGERS),
    ("/numbers/{held}/", "Unassign…", MANAGERS),
    ("/partners/{partner}/", "Assign a number…", MANAGERS),
    ("/partners/{partner}/", "Change…", MANAGERS),
    ("/partners/{partner}/", "Delete", ADMINS),
    ("/partners/{invited}/", "Withdraw", ADMINS),
    ("/partners/{partner}/tokens/", "Revoke Export", MANAGERS),
    ("/numbers/overrides/", "Force…", ADMINS),
    ("/numbers/overrides/", "Decline…", ADMINS),
]


@pytest.mark.parametrize("role", EVERYONE)
def test_everybody_is_offered_the_dialogs_of_their_role_and_no_others(
    sign_in, things, at, expected_statuses, role
):
    expected_statuses.add(403)
    page = sign_in(role)
    for path, name, roles in DIALOGS:
        page.goto(at(path.format(**things)))
        link = page.locator("main").get_by_role("link", name=name, exact=True)
        if role not in roles:
            expect(link).to_have_count(0)
            continue
        link.click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")  # also what the page fetches behind the dialog
        if role == roles[0]:
            assert_accessible(page)
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(link).to_be_focused()


def test_what_is_not_ours_or_no_address_at_all_is_nowhere_to_be_found(
    sign_in, things, sandbox, at, expected_statuses
):
    expected_statuses.add(404)
    foreign = sandbox.world().get("/partners").json()["items"][0]["partner_sid"]
    nothing = "00000000-0000-4000-8000-000000000000"
    page = sign_in("admin")
    for path in (
        "/numbers/13125550000/unassign/",
        "/numbers/13125550000/release/",
        "/numbers/0/assign/",
        f"/numbers/{NUMBER}/outcome/{nothing}/",
        f"/numbers/overrides/{nothing}/decline/",
        f"/numbers/assign/?partner={foreign}",
        f"/partners/{foreign}/delete/",
        f"/partners/{foreign}/tokens/{things['token']}/edit/",
        f"/partners/{things['partner']}/tokens/nonsense/revoke/",
    ):
        page.goto(at(path))
        expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    assert_accessible(page)
