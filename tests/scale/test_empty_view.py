"""What the benchmarks measure everything against answers whoever is signed in."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.urls("tests.bench.urls")
def test_the_empty_view_opens_for_who_may_look(alices_browser: Client) -> None:
    answer = alices_browser.get("/empty/")

    assert (answer.status_code, answer.content) == (200, b"True")
