"""A process dies at each step there is: afterwards each text went out once, and STOP holds."""

import pytest

from tests.messaging.reliability.crash_points import BATCHES, POINTS, stop

pytestmark = [pytest.mark.storage, pytest.mark.slow]


@pytest.fixture(scope="module")
def found(play):
    """What was found after each crash."""
    return play("crash_points")


@pytest.mark.parametrize("point", [name for name in POINTS if name not in BATCHES])
def test_a_crash_neither_loses_nor_doubles_a_text(found, point):
    after = found[point]

    assert after["exit"] == 9
    assert after["taken"] == ([1] if after["texts"] else [])
    assert set(after["texts"]) <= {"sent", "delivered"}


@pytest.mark.parametrize("point", [name for name in BATCHES if name.endswith("seven")])
def test_of_a_batch_at_seven_a_crash_neither_loses_nor_doubles_one(found, point):
    after = found[point]

    assert after["exit"] == 9
    assert after["taken"] == [1, 1, 1]
    assert set(after["texts"]) <= {"sent", "delivered"}


@pytest.mark.parametrize("point", [name for name in BATCHES if name.endswith("d7")])
def test_of_a_batch_at_d7_a_crash_doubles_none_and_what_was_taken_is_known(found, point):
    """What was not taken waits for a person: nobody else can know that."""
    after = found[point]

    lost = ("after a claim has committed", "before the request", "half-way through the request")
    times, status = (0, "unconfirmed") if point.startswith(lost) else (1, "delivered")
    if point.startswith("before a claim commits"):
        status = "sent"  # it was claimed again, after all reports had come
    assert after["exit"] == 9
    assert after["taken"] == [times] * 3
    assert after["texts"] == [status] * 3


def test_before_a_claim_there_is_nothing_to_lose_but_the_text_itself(found):
    assert all(after["texts"] for after in found.values())


@pytest.mark.parametrize("point", [name for name, (_, work, _) in POINTS.items() if work is stop])
def test_a_crash_leaves_a_stop_heard_once_and_answered_once(found, point):
    after = found[point]

    assert (after["inbound"], after["opted_out"]) == (1, True)
    assert after["confirmations"] == [1]
