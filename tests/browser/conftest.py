"""A real Chromium on a real server. Any console error, failed load or policy violation fails the test."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Page, expect

from tests.people import make_user

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
    """Statuses of 400 and above that the test provokes on purpose: `expected_statuses.add(422)`."""
    return set()


@pytest.fixture(autouse=True)
def spotless(page: Page, expected_statuses: set[int]) -> Iterator[None]:
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if _is_trouble(m) else None)
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
    yield
    assert not problems, problems


def _is_trouble(message: Any) -> bool:
    return message.type == "error" and "Failed to load resource" not in message.text


@pytest.fixture(autouse=True)
def empty_cache(db: None) -> None:
    cache.clear()


@pytest.fixture
def sign_in(page: Page, live_server: Any) -> Callable[[str], Page]:
    """`sign_in("staff")`: through the form, as a person would; ends on the first page."""

    def go(role: str) -> Page:
        make_user(role)
        settings.PORTAL_URL = live_server.url
        page.goto(live_server.url)
        page.get_by_label("Username").fill(role)
        page.get_by_label("Password", exact=True).fill(f"{role}-pass-123")
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(live_server.url + "/")
        return page

    return go


@pytest.fixture
def at(live_server: Any) -> Callable[[str], str]:
    """`at("/numbers/")`: the whole address."""
    return lambda path: live_server.url + path


def assert_accessible(page: Page) -> None:
    """axe finds nothing on the page as it now is."""
    results = Axe().run(page)
    assert not results.response["violations"], results.generate_report()
