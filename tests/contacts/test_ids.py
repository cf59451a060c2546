"""Keys that people and programs send us: plain digits a database can hold, or none."""

from __future__ import annotations

import pytest

from contacts.ids import MOST_PK, read_pk


@pytest.mark.parametrize(("typed", "pk"), [("7", 7), ("007", 7), (str(MOST_PK), MOST_PK)])
def test_plain_digits_are_a_key(typed: str, pk: int) -> None:
    assert read_pk(typed) == pk


@pytest.mark.parametrize(
    "typed", ["", "-1", "+1", "1.0", "1 ", "٣", "²", str(MOST_PK + 1), "9" * 50]
)
def test_anything_else_is_none(typed: str) -> None:
    assert read_pk(typed) is None
