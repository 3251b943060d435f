"""Every page, by every role, at both widths and in both schemes: accessible, and nothing sticks out."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import assert_accessible

PAGES = [
    "/",
    "/numbers/",
    "/numbers/?q=0148",
    "/numbers/?q=nothing-like-this",
    "/find/?q=harbor",
    "/find/?q=nothing-like-this",
    "/numbers/rent/",
    "/numbers/rent/?country=USA&state=NY&npa=516&search=1",
    "/numbers/15162065575/rent/",
    "/numbers/12125550148/",
    "/numbers/12125550148/edit/",
    "/numbers/12125550148/calls/",
    "/numbers/cool-offs/",
    "/partners/",
    "/partners/?q=harbor",
    "/status/",
    "/audit/",
    "/account/password/change/",
    "/account/2fa/",
    "/account/sessions/",
]
MANAGED = [
    "/numbers/12125550148/assign/",
    "/numbers/12125550148/release/",
    "/partners/new/",
    "/partners/tokens/",
]
ADMINISTERED = ["/numbers/overrides/", "/numbers/forced/"]
BY_ROLE = {"staff": PAGES, "manager": PAGES + MANAGED, "admin": PAGES + MANAGED + ADMINISTERED}


@pytest.mark.parametrize("role", BY_ROLE)
def test_every_page_is_accessible_to_every_role(sign_in, mirror, at, role):
    page = sign_in(role)
    for path in BY_ROLE[role]:
        page.goto(at(path))
        expect(page.locator("main")).to_be_visible()
        assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 390, 1440, 2560])
def test_nothing_sticks_out_and_contrast_holds(sign_in, mirror, at, width, scheme):
    page = sign_in("admin")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    for path in BY_ROLE["admin"]:
        page.goto(at(path))
        too_wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide <= 0, f"{path} is {too_wide} px too wide at {width}"
        if width in (390, 1440):
            assert_accessible(page)


def test_signing_in_is_accessible(page, at, db):
    page.goto(at("/"))
    expect(page).to_have_title("Sign in · Numberdesk")
    assert_accessible(page)
