"""Many processes at the same texts: each goes out once, the cap holds, and so does STOP."""

import pytest

from tests.messaging.reliability import caps, rings, stop_storm, together

pytestmark = [pytest.mark.storage, pytest.mark.slow]


def test_sixteen_processes_claim_exactly_what_a_number_may_send(play):
    found = play("caps")

    assert set(found["exits"]) == {0}
    assert (found["attempts"], found["sending"], found["used"]) == (caps.CAP,) * 3
    assert found["waiting"] == caps.TEXTS - caps.CAP


def test_nobody_is_claimed_for_after_their_stop(play):
    found = play("stop_storm")

    assert set(found["exits"]) == {0}
    assert found["opted_out"] == found["stops"] == stop_storm.PEOPLE
    assert 0 < found["before"] < stop_storm.TEXTS
    assert found["after"] == 0


def test_a_cluster_whose_idle_workers_were_killed_is_started_anew(play):
    found = play("frozen")

    assert found == {"started": True, "restarted": True, "sent": True, "doubled": 0}


def test_a_broker_that_only_glances_misses_no_ring(play):
    found = play("rings")

    # Where it looked each time, it would have asked as often; once a second it does in any case.
    assert found["silent"] <= 2 if found["glances"] else found["silent"] >= rings.GLANCES
    assert (found["heard"], found["again"]) == (1, 1)


def test_two_clusters_and_two_loops_send_each_text_once(play):
    found = play("together")

    assert found["statuses"] == ["sent"]
    assert found["texts"] == together.TEXTS
    assert (found["taken"], found["doubled"]) == (together.TEXTS, 0)
    assert found["claims"] > 1
