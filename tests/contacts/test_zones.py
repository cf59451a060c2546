"""How a time zone is said."""

import pytest

from contacts.zones import city


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/New_York", "New York"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("UTC", "UTC"),
        ("", ""),
    ],
)
def test_a_zone_is_said_by_its_city(zone: str, said: str) -> None:
    assert city(zone) == said
