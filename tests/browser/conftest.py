"""A real Chromium on a real server. Any console error, failed load or policy violation fails the test."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Page, expect

from numbers.services.assign import assignable_partners
from numbers.services.sync import sync_numbers
from partners.services.sync import sync_tokens
from tests.browser import elsewhere
from tests.browser.elsewhere import NUMBER
from tests.people import make_user
from tests.sandbox_server import World

# Playwright runs an event loop in the test's own thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "The browser tests need Chromium: run `make machine`, or set CHROMIUM to its path."
    quiet = ["disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"]
    quiet += ["disable-component-update", "disable-sync"]
    # Containers run as root, where Chromium's sandbox cannot; it visits our own pages only.
    return {
        **browser_type_launch_args,
        "executable_path": program,
        "args": ["--no-sandbox", *(f"--{q}" for q in quiet)],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "viewport": {"width": 1440, "height": 900},
        "locale": "en-US",
        "timezone_id": "America/Chicago",
        "reduced_motion": "reduce",
    }


@pytest.fixture
def expected_statuses() -> set[int]:
    """Statuses of 400 and above that the test provokes on purpose: `expected_statuses.add(422)`.

    0 stands for a request that is never answered.
    """
    return set()


@pytest.fixture
def spotless(expected_statuses: set[int]) -> Iterator[Callable[[Page], Page]]:
    """`spotless(page)`: from now on nothing may go wrong in it."""
    problems: list[str] = []

    def watch(page: Page) -> Page:
        page.set_default_timeout(10_000)
        page.on("console", lambda m: problems.append(m.text) if _is_trouble(m, expected_statuses) else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "response",
            lambda r: (
                problems.append(f"{r.status} {r.url}")
                if r.status >= 400 and r.status not in expected_statuses
                else None
            ),
        )
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', "
            "e => console.error('policy ' + e.violatedDirective + ' ' + e.blockedURI))"
        )
        return page

    yield watch
    assert not problems, problems


@pytest.fixture(autouse=True)
def the_page_is_spotless(spotless: Callable[[Page], Page], page: Page) -> None:
    spotless(page)


def _is_trouble(message: Any, expected_statuses: set[int]) -> bool:
    told = ("Failed to load resource", *(NEVER_ANSWERED if 0 in expected_statuses else ()))
    return message.type == "error" and not message.text.startswith(told)


# What htmx says on the console of a request without an answer.
NEVER_ANSWERED = ("htmx:sendAbort", "htmx:sendError", "htmx:afterRequest")


@pytest.fixture(autouse=True)
def empty_cache(db: None) -> None:
    cache.clear()


@pytest.fixture
def sign_in(page: Page, live_server: Any) -> Callable[..., Page]:
    """`sign_in("staff")`: through the form, as a person would; ends on the first page."""
    return lambda role, username="": _sign_in(page, live_server.url, role, username)


@pytest.fixture
def beside(new_context: Any, spotless: Callable[[Page], Page], live_server: Any) -> Callable[..., Page]:
    """`beside("admin")`: somebody else, in a browser of their own, at the same time."""

    def go(role: str, username: str = "") -> Page:
        return _sign_in(spotless(new_context().new_page()), live_server.url, role, username)

    return go


def _sign_in(page: Page, url: str, role: str, username: str) -> Page:
    make_user(role, username)
    settings.PORTAL_URL = url
    page.goto(url)
    fill_in_login(page, role, username)
    expect(page).to_have_url(url + "/")
    return _patient(page)


def _patient(page: Page) -> Page:
    """Lets a page that refreshes itself do so before anything is clicked, as a person's hand would.

    What is under the pointer may otherwise be swapped between press and release, and the click is lost.
    """
    hurried = page.goto

    def goto(url: str, **options: Any) -> Any:
        response = hurried(url, **options)
        with suppress(AssertionError):  # a silent carrier is the test's own subject
            expect(page.locator(".refreshing")).to_have_count(0, timeout=5_000)
        return response

    page.goto = goto  # type: ignore[method-assign]
    return page


def fill_in_login(page: Page, role: str, username: str = "") -> None:
    page.get_by_label("Username").fill(username or role)
    page.get_by_label("Password", exact=True).fill(f"{role}-pass-123")
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def at(live_server: Any) -> Callable[[str], str]:
    """`at("/numbers/")`: the whole address."""
    return lambda path: live_server.url + path


@pytest.fixture
def rented(mirror: World) -> World:
    """A world in which `NUMBER` lies in the parent pool, never called."""
    mirror.rent(NUMBER)
    sync_numbers()
    return mirror


@pytest.fixture
def held(mirror: World) -> World:
    """The same number, held by the first of the sub-accounts."""
    mirror.rent(NUMBER)
    elsewhere.assign(mirror, NUMBER, assignable_partners()[0])
    sync_numbers()
    return mirror


@pytest.fixture
def called(held: World) -> World:
    """The same, called three days ago: in its cool-off."""
    elsewhere.call(held, days=3)
    return held


@pytest.fixture
def partners(mirror: World) -> World:
    """A world whose tokens are mirrored too."""
    sync_tokens()
    return mirror


def assert_accessible(page: Page) -> None:
    """axe finds nothing on the page as it now is."""
    results = Axe().run(page)
    assert not results.response["violations"], results.generate_report()
