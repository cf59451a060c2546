"""Where we are, on the pages of the settings."""

from __future__ import annotations

import re
from typing import Any

import pytest

ATTENTION = "/settings/attention/"  # stands beside the settings


@pytest.fixture
def admins_browser(alices_browser: Any, alice: Any) -> Any:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return alices_browser


def test_every_page_of_the_settings_says_that_we_are_there(admins_browser: Any) -> None:
    page = admins_browser.get("/settings/").content.decode()
    tabs = page[page.index("settings-tabs") : page.index("</nav>", page.index("settings-tabs"))]
    addresses = [one for one in re.findall(r'href="([^"]+)"', tabs) if one != ATTENTION]

    lost = [
        one
        for one in [*addresses, "/settings/invitations/", "/settings/second-factor/"]
        if '<a class="nav-link" href="/settings/" aria-current="'
        not in admins_browser.get(one).content.decode()
    ]

    assert len(addresses) > 12
    assert lost == []
