"""A process dies at each step there is: afterwards each text went out once, and STOP holds."""

import pytest

from tests.messaging.reliability.crash_points import POINTS, stop

pytestmark = [pytest.mark.storage, pytest.mark.slow]


@pytest.fixture(scope="module")
def found(play):
    """What was found after each crash."""
    return play("crash_points")


@pytest.mark.parametrize("point", POINTS)
def test_a_crash_neither_loses_nor_doubles_a_text(found, point):
    after = found[point]

    assert after["exit"] == 9
    assert after["taken"] == ([1] if after["texts"] else [])
    assert set(after["texts"]) <= {"sent", "delivered"}


def test_before_a_claim_there_is_nothing_to_lose_but_the_text_itself(found):
    assert all(after["texts"] for after in found.values())


@pytest.mark.parametrize("point", [name for name, (_, work, _) in POINTS.items() if work is stop])
def test_a_crash_leaves_a_stop_heard_once_and_answered_once(found, point):
    after = found[point]

    assert (after["inbound"], after["opted_out"]) == (1, True)
    assert after["confirmations"] == [1]
