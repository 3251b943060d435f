"""Tokens, as people use them: issued and shown once, narrowed, rotated, revoked, looked over."""

import pytest
from playwright.sync_api import Error, expect

from partners.models import Token
from partners.services.revoke import revoke_due
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
    page_of.get_by_label("Until the end of").fill("2020-01-01")
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


@pytest.mark.parametrize("role", ["staff"])
def test_staff_are_told_who_may(sign_in, partners, at, expected_statuses, role):
    expected_statuses.add(403)
    page = sign_in(role)
    page.goto(at("/partners/tokens/"))
    expect(page.locator("main")).to_contain_text("account managers")
    assert_accessible(page)
