"""Dana at her desk or with her phone, signed in to an installation of her own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser import chromium
from tests.browser.acts import new_mobile
from tests.browser.installation import Installation, installation, prepared_once

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright's loop runs in our thread

#: Chromium and htmx report refusals and missing pages as errors; here they are answers.
EXPECTED = (
    "net::ERR_INTERNET_DISCONNECTED",  # to whom a test takes the network away
    "the server responded with a status of 422",
    "the server responded with a status of 404",
    "Response Status Error Code 422",
    "the server responded with a status of 410",
    "the server responded with a status of 413",
    "Response Status Error Code 413",
)
PATIENCE = 15_000  # milliseconds until something must be there

REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`violates ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = chromium.reason_to_skip()
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker(pytest.mark.browser)
        # On a busy machine a browser is late now and then. It is told, with its traceback.
        item.add_marker(pytest.mark.flaky(reruns=1))
        # pytest-base-url's own fixture, not ours
        item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestRemovedIn10Warning"))
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {
        "executable_path": chromium.path(),
        "args": chromium.FLAGS,
    }


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated and with sample people: made once for all processes that test."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    return prepared_once(shared / "prepared")


@pytest.fixture(scope="session")
def office(prepared: Path) -> Iterator[Installation]:
    """The team's installation; a text leaves at once."""
    with installation(like=prepared) as running:
        yield running


Room = Callable[..., BrowserContext]


@contextmanager
def rooms(browser: Browser, site: Installation) -> Iterator[Room]:
    """Makes browser contexts whose pages must not complain; they are checked at the end."""
    complaints: list[str] = []
    opened: list[BrowserContext] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in EXPECTED):
            complaints.append(f"{message.location.get('url')}: {message.text}")

    def new(**options: Any) -> BrowserContext:
        options = {"viewport": chromium.DESKTOP, "reduced_motion": "reduce"} | options
        context = browser.new_context(base_url=site.url, **options)
        context.set_default_timeout(PATIENCE)
        context.on("console", hear)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        if options.get("java_script_enabled", True):
            context.add_init_script(REPORT_VIOLATIONS)
        opened.append(context)
        return context

    yield new

    for context in opened:
        context.close()
    assert not complaints, complaints


@pytest.fixture
def room(browser: Browser, office: Installation) -> Iterator[Room]:
    with rooms(browser, office) as new:
        yield new


@pytest.fixture(scope="session")
def badge(browser: Browser, office: Installation) -> Any:
    """What a browser holds once Dana has signed in."""
    with rooms(browser, office) as new:
        context = new()
        sign_in(context.new_page())
        return context.storage_state()


def sign_in(page: Page, password: str = "demo", *, username: str = "demo") -> None:
    page.goto("/login/")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def visitor(room: Room) -> Page:
    """Somebody who has not signed in."""
    return room().new_page()


@pytest.fixture(params=["desktop", "phone"])
def dana(request: pytest.FixtureRequest, room: Room, badge: Any) -> Page:
    """Signed in, at the desk and then with the phone in her hand."""
    size = chromium.PHONE if request.param == "phone" else chromium.DESKTOP
    return room(viewport=size, storage_state=badge).new_page()


WAYS = {
    "desktop": {"viewport": chromium.DESKTOP},
    "desktop-plain": {"viewport": chromium.DESKTOP, "java_script_enabled": False},
    "phone": {"viewport": chromium.PHONE},
    "phone-plain": {"viewport": chromium.PHONE, "java_script_enabled": False},
}


@pytest.fixture(params=WAYS)
def anyway(request: pytest.FixtureRequest, room: Room, badge: Any) -> Page:
    """Signed in, in each of the ways there are: desk or phone, with scripts and without."""
    return room(storage_state=badge, **WAYS[request.param]).new_page()


@pytest.fixture
def mobile() -> str:
    """A number nobody has yet, whose texts the simulator delivers."""
    return new_mobile()


@pytest.fixture
def dana_at_her_desk(room: Room, badge: Any) -> Page:
    return room(storage_state=badge).new_page()


@pytest.fixture
def dana_without_scripts(room: Room, badge: Any) -> Page:
    return room(storage_state=badge, java_script_enabled=False).new_page()
