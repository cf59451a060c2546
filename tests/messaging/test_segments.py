"""The vectors are shared with the counter in the browser; an outside oracle gave them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.segments import GSM, measure, plain

VECTORS = json.loads((Path(__file__).parent / "segment_vectors.json").read_text("utf-8"))
CHARACTERS = st.sampled_from("a€[é\nя😀\ud83d’") | st.characters()


def text_of(vector):
    repeated = "".join(part * times for part, times in vector.get("repeat", []))
    return vector.get("text", repeated)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: json.dumps(vector)[:40])
def test_the_vectors(vector):
    measured = measure(text_of(vector))

    assert (measured.encoding, measured.segments) == (vector["encoding"], vector["segments"])


def test_the_basic_table_has_127_characters_and_the_extension_ten():
    assert len(GSM) == 127 + 10


@pytest.mark.parametrize(
    ("text", "units", "capacity"),
    [
        ("", 0, 160),
        ("a€", 3, 160),
        ("\r\n", 2, 160),
        ("a" * 161, 161, 306),
        ("😀", 2, 70),
        ("я" * 71, 71, 134),
    ],
)
def test_the_counter_knows_how_much_room_is_left(text, units, capacity):
    measured = measure(text)

    assert (measured.units, measured.capacity) == (units, capacity)


def test_the_culprits_are_named_once_in_order():
    assert measure("It’s “so” ’ 😀 ok").culprits == "’“”😀"


@given(st.text(CHARACTERS, max_size=400))
def test_segments_hold_what_they_should(text):
    measured = measure(text)
    alone, joined = (160, 153) if measured.encoding == "GSM-7" else (70, 67)

    assert measured.units <= measured.capacity
    assert (measured.segments <= 1) == (measured.units <= alone)
    if measured.segments > 1:  # at worst, each but the last segment leaves one unit empty
        assert measured.units > (measured.segments - 1) * (joined - 1)
    if measured.encoding == "UCS-2":
        assert measured.units == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(st.text(CHARACTERS, max_size=200), CHARACTERS)
def test_more_text_never_costs_less(text, char):
    assert measure(text + char).segments >= measure(text).segments


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("It’s “six” – or…", 'It\'s "six" - or...'),
        ("a\u00a0b\tc\u202fd", "a b c d"),
        ("soft\u00adhyphen\u200b", "softhyphen"),
        ("e\u0301 u\u0308", "é ü"),
        ("Façade `x`", "Façade 'x'"),
        ("Привет 😀", "Привет 😀"),
    ],
)
def test_plain_replaces_typography_and_leaves_letters_alone(typed, sent):
    assert plain(typed) == sent


@given(st.text(CHARACTERS, max_size=100))
def test_plain_settles_at_once_and_keeps_what_gsm_has(text):
    assert plain(plain(text)) == plain(text)
    if set(text) <= GSM:
        assert plain(text) == text
