"""What `make load` holds against a run, without one: it must not overlook anything."""

import pytest

from tests.load.judge import judge, table

ANNA, BERT = "+12125550101", "+12125550102"


def row(phone, words, status="delivered", origin="comment"):
    return [phone, words, status, origin]


def test_a_run_is_good_when_each_text_came_once():
    rows = [row(ANNA, "Hi"), row(BERT, "Hi"), row(ANNA, "At six (1)")]

    verdict = judge(["At six (1)"], rows, [(ANNA, "Hi"), (BERT, "Hi"), (ANNA, "At six (1)")], [])

    assert verdict.is_good


def test_a_text_that_the_gateway_never_got_is_lost():
    verdict = judge([], [row(ANNA, "Hi"), row(BERT, "Hi")], [(ANNA, "Hi")], [])

    assert verdict.lost == [f"not at the gateway: 'Hi' to {BERT}"]
    assert not verdict.is_good


def test_words_that_were_answered_as_posted_and_are_nowhere_are_lost():
    assert judge(["At six (1)"], [], [], []).lost == ["typed, not stored: At six (1)"]


def test_a_text_that_the_gateway_got_twice_is_doubled():
    verdict = judge([], [row(ANNA, "Hi")], [(ANNA, "Hi"), (ANNA, "Hi")], [])

    assert verdict.doubled == [f"2× at the gateway: 'Hi' to {ANNA}"]


def test_a_text_that_the_gateway_got_and_nobody_stored_is_too_many():
    assert judge([], [], [(ANNA, "Hi")], []).doubled


def test_a_comment_that_became_two_texts_is_doubled_even_if_both_left_once():
    rows = [row(ANNA, "At six (1)"), row(BERT, "At six (1)")]

    verdict = judge(["At six (1)"], rows, [(ANNA, "At six (1)"), (BERT, "At six (1)")], [])

    assert verdict.doubled == ["typed once, stored 2×: At six (1)"]


@pytest.mark.parametrize("status", ["queued", "sending", "unconfirmed"])
def test_a_text_whose_end_is_open_is_unresolved(status):
    assert judge([], [row(ANNA, "Hi", status)], [(ANNA, "Hi")], []).unresolved


def test_any_error_spoils_the_run():
    assert not judge([], [], [], ["inbox: 500"]).is_good


def test_the_table_counts_requests_and_errors_of_each_kind():
    lines = table({"inbox": [10.0, 30.0], "search": [20.0]}, {"search": 1})

    assert [line.split() for line in lines[1:]] == [
        ["inbox", "2", "0", "20", "30"],
        ["search", "1", "1", "20", "20"],
        ["all", "3", "1", "20", "30"],
    ]
