"""Tokens, as people use them: issued and shown once, narrowed, rotated, revoked, looked over."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Error, expect

from partners.models import Partner, PlannedRevocation, Token
from partners.services.family import own_account
from partners.services.revoke import revoke_due
from partners.services.sync import sync_tokens
from tests.browser import elsewhere
from tests.browser.conftest import assert_accessible
from tests.browser.test_partners import a_sub_partner


@pytest.fixture
def page_of(sign_in, partners, at):
    """A manager before the tokens of a sub-partner."""
    partner = a_sub_partner()
    page = sign_in("manager")
    page.goto(at(f"/partners/{partner.pk}/tokens/"))
    return page


def issue(page, name="Billing export") -> str:
    page.get_by_role("link", name="Issue a token").first.click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Issue token").click()
    return page.locator("#token").inner_text()


def test_a_token_is_issued_shown_once_and_gone_after_that(page_of, context):
    page = page_of
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="Issue a token").first.click()
    page.get_by_label("Name").fill("Billing export")
    page.get_by_label("What I choose").check()
    page.get_by_label("Search scopes").fill("phone read")
    expect(page.get_by_label("accesscontrol.manage")).to_be_hidden()
    page.get_by_label("phonenumber.read").check()
    assert_accessible(page)
    page.get_by_role("button", name="Issue token").click()
    secret = page.locator("#token").inner_text()
    assert_accessible(page)
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("[data-copied]")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == secret
    expect(page.get_by_role("button", name="Done")).to_be_disabled()
    page.get_by_label("I have saved it").check()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("row").filter(has_text="Billing export")).to_be_visible()
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser kept nothing to go back to
        page.go_back()


def test_reloading_the_page_that_showed_it_issues_nothing_and_shows_nothing(page_of):
    secret = issue(page_of)
    before = Token.objects.count()
    page_of.reload()
    expect(page_of.locator("main")).to_contain_text("It was shown once")
    assert secret not in page_of.content()
    assert Token.objects.count() == before


def test_a_date_that_is_over_is_said_on_its_field(page_of, expected_statuses):
    expected_statuses.add(422)
    page_of.get_by_role("link", name="Issue a token").first.click()
    page_of.get_by_label("Name").fill("Old")
    page_of.get_by_text("until a date").click()
    page_of.get_by_label("Until the end of (UTC)").fill("2020-01-01")
    page_of.get_by_role("button", name="Issue token").click()
    expect(page_of.locator("main")).to_contain_text("This day is over")
    expect(page_of.get_by_label("Name")).to_have_value("Old")
    assert_accessible(page_of)


def test_a_token_is_narrowed_rotated_and_the_old_one_revoked_by_the_clock(page_of, partners):
    page = page_of
    issue(page, "Export")
    page.get_by_label("I have saved it").check()
    page.get_by_role("button", name="Done").click()
    page.get_by_role("link", name="Edit Export").click()
    assert_accessible(page)
    page.get_by_label("Name").fill("Nightly export")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Rotate Nightly export").click()
    assert_accessible(page)
    page.get_by_label("The old one is revoked").select_option("0")
    page.get_by_role("button", name="Rotate").click()
    expect(page.locator("#token")).to_be_visible()
    page.get_by_label("I have saved it").check()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Keep Nightly export after all")).to_be_visible()
    assert_accessible(page)
    assert revoke_due() == 1
    page.reload()
    expect(page.get_by_role("row").filter(has_text="Nightly export")).to_have_count(1)


def test_a_token_is_revoked_with_its_name_typed(page_of, expected_statuses):
    expected_statuses.add(422)
    issue(page_of, "Export")
    page_of.get_by_label("I have saved it").check()
    page_of.get_by_role("button", name="Done").click()
    page_of.get_by_role("link", name="Revoke Export").click()
    dialog = page_of.get_by_role("dialog")
    assert_accessible(page_of)
    dialog.get_by_label("Type Export to confirm").fill("export")
    dialog.get_by_role("button", name="Revoke").click()
    expect(dialog).to_contain_text("This is not its name")
    dialog.get_by_label("Type Export to confirm").fill("Export")
    dialog.get_by_role("button", name="Revoke").click()
    expect(page_of.locator("#toasts")).to_contain_text("does not work any more")
    expect(page_of.get_by_role("row").filter(has_text="Export")).to_have_count(0)


def test_a_token_whose_answer_was_lost_is_revoked_and_the_page_says_so(page_of, partners):
    partners.fault("POST", "/oauth/token", "reset", when="after")
    page_of.get_by_role("link", name="Issue a token").first.click()
    page_of.get_by_label("Name").fill("Lost")
    page_of.get_by_role("button", name="Issue token").click()
    expect(page_of.locator("main")).to_contain_text("So it was revoked. Issue another one.")


def test_all_tokens_are_looked_over(sign_in, partners, at):
    page = sign_in("manager")
    page.goto(at("/partners/tokens/"))
    assert_accessible(page)
    page.get_by_role("link", name="Never expires").click()
    expect(page.get_by_role("heading", name="Never expires")).to_be_visible()
    assert_accessible(page)


# --- issuing -------------------------------------------------------------------------------------


def test_a_preset_and_ninety_days_are_what_is_given_without_asking(page_of):
    page_of.get_by_role("link", name="Issue a token").first.click()
    expect(page_of.get_by_role("radio", name="Read numbers only")).to_be_checked()
    expect(page_of.get_by_role("radio", name="90 days")).to_be_checked()
    assert_accessible(page_of)
    page_of.get_by_label("Name").fill("Billing export")
    page_of.get_by_role("button", name="Issue token").click()
    expect(page_of.locator("#token")).to_be_visible()
    token = Token.objects.get(name__startswith="Billing export")
    assert token.scopes == ["phonenumber.read"]
    assert timedelta(days=89) < token.expires_at - timezone.now() <= timedelta(days=90)


def test_what_cannot_be_is_said_on_its_field_and_nothing_is_issued(page_of, partners, expected_statuses):
    expected_statuses.add(422)
    page = page_of
    page.get_by_role("link", name="Issue a token").first.click()
    page.get_by_label("What I choose").check()
    page.get_by_role("button", name="Issue token").click()
    expect(page.locator("main")).to_contain_text("Give it a name that says what it is for.")
    expect(page.locator("main")).to_contain_text("Choose at least one scope.")
    assert_accessible(page)
    page.get_by_label("Name").fill("Export")
    page.get_by_label("phonenumber.read").check()
    page.get_by_text("until a date").click()
    for day, says in (("", "Pick the day on which it ends."), ("2126-01-01", "At most five years from now.")):
        page.get_by_label("Until the end of").fill(day)
        page.get_by_role("button", name="Issue token").click()
        expect(page.locator("main")).to_contain_text(says)
    expect(page.get_by_label("phonenumber.read")).to_be_checked()
    assert not partners.requests(method="POST", path="/oauth/token")


def test_only_what_the_partner_has_can_be_passed_on_also_when_it_lost_some_meanwhile(
    page_of, partners, expected_statuses
):
    expected_statuses.add(422)
    page, partner = page_of, a_sub_partner()
    page.get_by_role("link", name="Issue a token").first.click()
    page.get_by_label("What I choose").check()
    expect(page.get_by_label("phonenumber.read")).to_be_visible()
    expect(page.get_by_label("partners.delete")).to_have_count(0)
    page.get_by_label("Name").fill("Export")
    page.get_by_label("calls.read").check()
    left = [scope for scope in partner.payload["available_scopes"] if not scope.startswith("calls.")]
    Partner.objects.filter(pk=partner.pk).update(payload=partner.payload | {"available_scopes": left})
    page.get_by_role("button", name="Issue token").click()
    expect(page.locator("main")).to_contain_text("calls.read is not among what this partner may pass on.")
    assert_accessible(page)
    assert not partners.requests(method="POST", path="/oauth/token")


def test_without_a_client_of_the_oauth_service_the_page_says_so(page_of, monkeypatch):
    monkeypatch.setattr(settings, "CORE_API_CLIENT_SECRET", "")
    page_of.get_by_role("link", name="Issue a token").first.click()
    expect(page_of.get_by_role("alert")).to_contain_text("the portal has no client of the OAuth service")
    expect(page_of.get_by_role("button", name="Issue token")).to_have_count(0)
    assert_accessible(page_of)


def test_a_token_for_ourselves_is_issued_and_the_portals_own_is_left_alone(sign_in, partners, at):
    page = sign_in("manager")
    page.goto(at(f"/partners/{own_account().pk}/tokens/"))
    own = page.get_by_role("row").filter(has_text="this portal's own")
    expect(own).to_have_count(1)
    expect(own.get_by_role("link")).to_have_count(0)
    issue(page, "Our own export")
    page.get_by_label("I have saved it").check()
    page.get_by_role("button", name="Done").click()
    row = page.get_by_role("row").filter(has_text="Our own export")
    expect(row.get_by_role("link", name="Revoke Our own export")).to_be_visible()
    expect(row).to_contain_text("never")


# --- changing, rotating, revoking ----------------------------------------------------------------


@pytest.fixture
def with_token(page_of, partners):
    """The same page, with the token "Export" that may read numbers and calls."""
    elsewhere.issue_token(partners, a_sub_partner(), "Export")
    sync_tokens()
    page_of.reload()
    return page_of


def test_scopes_are_taken_away_and_the_end_is_moved(with_token, expected_statuses):
    expected_statuses.add(422)
    page = with_token
    page.get_by_role("link", name="Edit Export").click()
    expect(page.get_by_label("sms.read")).to_have_count(0)  # nothing can be added
    page.get_by_label("calls.read").uncheck()
    page.get_by_label("phonenumber.read").uncheck()
    page.get_by_label("Works until the end of").fill("2020-01-01")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("This day is over. To end a token now, revoke it.")
    expect(page.locator("main")).to_contain_text("A token that may do nothing is of no use")
    assert_accessible(page)
    page.get_by_label("phonenumber.read").check()
    day = (timezone.now() + timedelta(days=30)).date()
    page.get_by_label("Works until the end of").fill(day.isoformat())
    page.get_by_role("button", name="Save").click()
    row = page.get_by_role("row").filter(has_text="Export")
    expect(row).to_contain_text("1 scope")
    expect(row).to_contain_text(f"{day.day} {day:%b %Y}")
    token = Token.objects.get(name="Export")
    assert (token.scopes, token.expires_at.date()) == (["phonenumber.read"], day)


def test_two_people_who_edit_one_token_do_not_undo_each_other(with_token, beside, expected_statuses):
    expected_statuses.add(422)
    other = beside("admin")
    other.goto(with_token.url)
    for page, name in ((with_token, "First"), (other, "Second")):
        page.get_by_role("link", name="Edit Export").click()
        page.get_by_label("Name").fill(name)
    with_token.get_by_role("button", name="Save").click()
    expect(with_token.get_by_role("row").filter(has_text="First")).to_be_visible()
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("alert")).to_contain_text("Somebody changed this token")
    assert_accessible(other)
    other.get_by_role("button", name="Save mine").click()
    expect(other.get_by_role("row").filter(has_text="Second")).to_be_visible()


def test_the_overlap_of_a_rotation_is_chosen_and_the_old_one_can_be_kept(with_token):
    page = with_token
    page.get_by_role("link", name="Rotate Export").click()
    page.get_by_label("The old one is revoked").select_option("168")
    page.get_by_role("button", name="Rotate").click()
    expect(page.locator("#token")).to_be_visible()
    page.get_by_label("I have saved it").check()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("row").filter(has_text="Export")).to_have_count(2)
    expect(page.locator("main")).to_contain_text("revoked in")
    page.get_by_role("button", name="Keep Export after all").click()
    expect(page.locator(".toast")).to_contain_text("was cancelled: the token stays.")
    expect(page.get_by_role("button", name="Keep Export after all")).to_have_count(0)
    assert PlannedRevocation.objects.get().state == "cancelled"


def test_a_token_that_is_gone_already_is_not_revoked_twice(with_token, beside):
    other = beside("admin")
    other.goto(with_token.url)
    for page in (with_token, other):
        page.get_by_role("link", name="Revoke Export").click()
        page.get_by_role("dialog").get_by_label("Type Export to confirm").fill("Export")
    with_token.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(with_token.locator("#toasts")).to_contain_text("does not work any more")
    other.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(other.locator("#toasts")).to_contain_text("This token is gone already.")


# --- hygiene -------------------------------------------------------------------------------------


def test_each_finding_lists_its_tokens_and_no_others(sign_in, partners, at):
    now = timezone.now()
    kinds = {
        "Never used": {"used_at": None},
        "Unused for long": {"used_at": now - timedelta(days=120)},
        "Never expires": {"expires_at": now + timedelta(days=36_500)},
        "Expiring soon": {"expires_at": now + timedelta(days=3)},
        "From a new address": {"new_address_at": now - timedelta(days=1), "used_from": "203.0.113.9"},
    }
    Token.objects.all().delete()
    fine = {"used_at": now, "expires_at": now + timedelta(days=60), "issued_at": now - timedelta(days=200)}
    Token.objects.bulk_create(
        Token(
            token_sid=f"token-{number}",
            name=f"token {number}",
            partner_sid=a_sub_partner().pk,
            payload={"scopes": []},
            synced_at=now,
            **fine | differs,
        )
        for number, differs in enumerate([*kinds.values(), {}])
    )
    page = sign_in("manager")
    page.goto(at("/partners/tokens/"))
    names = page.locator("#rows tbody td:first-child b")
    expect(names).to_have_count(6)
    for number, label in enumerate(kinds):
        page.get_by_role("link", name=label).click()
        expect(names).to_have_text([f"token {number}"])
        expect(page.get_by_role("heading", name=label)).to_be_visible()
    expect(page.locator("#rows")).to_contain_text("from 203.0.113.9")
    assert_accessible(page)
    page.get_by_role("link", name="Unused for long").click()
    page.get_by_label("Unused for, days").fill("150")
    page.get_by_label("Unused for, days").blur()
    expect(page.locator("#rows")).to_contain_text("No token is like this. Good.")
    page.goto(at("/partners/tokens/"))
    page.get_by_label("Find", exact=True).fill("203.0.113.9")
    expect(names).to_have_text(["token 4"])
