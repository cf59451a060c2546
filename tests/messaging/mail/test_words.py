"""What somebody typed is texted, and nothing else of the mail."""

from __future__ import annotations

import pytest

from messaging.mail.words import MARK, plain, typed


@pytest.mark.parametrize(
    "below",
    [
        "",
        "\n-- \nAlice Archer\nFinch Bakery",
        "\n> See you at six\n> Bring the drawings",
        "\nOn 27 Nov 2026, at 18:03, smscrm <crm@example.com> wrote:\n\n> See you",
        "\nOn Friday, 27 November 2026 at 18:03,\nsmscrm <crm@example.com> wrote:\n> See you",
        "\nAm 27.11.2026 um 18:03 schrieb smscrm:\n> See you",
        "\nLe ven. 27 nov. 2026 à 18:03, smscrm <crm@example.com> a écrit :\n> See you",
        "\nV pátek 27. listopadu smscrm <crm@example.com> napsal:\n\n> " + MARK + " to text Carol",
        "\n-----Original Message-----\nFrom: smscrm\nSee you",
        "\n________________________________\nFrom: smscrm\nSee you",
        "\nFrom: smscrm <crm@example.com>\nSent: Friday, 27 November 2026\nTo: Alice\n\nSee you",
        "\nVon: smscrm\nGesendet: Freitag, 27. November 2026\nSee you",
        "\nSent from my phone",
        "\n" + MARK + " to text Carol back.\n\nSee you",
        "\nBegin forwarded message:\n\nSee you",
    ],
)
def test_what_is_below_the_words_is_left_out(below: str) -> None:
    assert typed(f"Yes, at six.\r\n\r\nBring both keys.\n{below}") == (
        "Yes, at six.\n\nBring both keys."
    )


@pytest.mark.parametrize(
    "words",
    [
        "On my way",
        "On my way\nBob wrote:",
        "On Monday we open at 9:",
        "From: the station it is ten minutes",
        "Date: tomorrow",
        "a -- b",
        "- eggs\n- milk",
        "Sent the drawings",
        "Write to bob@example.com",
    ],
)
def test_words_that_only_look_like_it_stay(words: str) -> None:
    assert typed(words) == words


def test_a_mail_that_only_quotes_says_nothing() -> None:
    assert typed("> See you at six\n>> Who?\n") == ""


def test_html_is_read_as_it_is_shown() -> None:
    html = (
        "<html><head><title>Re</title><style>p { color: red }</style></head><body>"
        "<div>Yes, at six &amp; bring\n both&nbsp;keys.</div><p>Caf\u00e9<br>Alice</p>"
        "<script>alert(1)</script><div class='gmail_quote'><div>On 27 Nov you wrote:<br>"
        "<img src=x><blockquote>Six?</blockquote></div></div></body></html>"
    )

    assert typed(plain(html)) == "Yes, at six & bring both keys.\n\nCafé\nAlice"


@pytest.mark.parametrize("html", ["<div" * 5000, "<div>" * 50_000, "</p>" * 9000, "<!--", "&#0;<a"])
def test_html_that_is_none_is_no_error(html: str) -> None:
    assert isinstance(plain(html), str)


def test_a_line_without_an_end_takes_no_time() -> None:
    assert typed("on 1 " + "schrieb " * 2500 + "x") != ""
