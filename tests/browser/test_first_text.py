"""How far it is for a newcomer; `make stopwatch` does the same with the real `make run`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import chromium
from tests.browser.conftest import Room
from tests.browser.installation import Installation
from tests.browser.stopwatch import MOST_CLICKS, first_text


@pytest.mark.parametrize("size", [chromium.DESKTOP, chromium.PHONE], ids=["desktop", "phone"])
def test_a_newcomer_gets_a_text_delivered_in_six_clicks(
    size: Any, office: Installation, room: Room
) -> None:
    clicks = first_text(room(viewport=size).new_page(), office.url)

    assert 3 <= clicks <= MOST_CLICKS
