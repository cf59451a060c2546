"""What the browser promises while somebody types is what the server will do."""

from dataclasses import asdict
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from messaging.models import Trigger
from messaging.segments import measure, plain
from messaging.triggers import hint, parse

SCRIPTS = Path(__file__).resolve().parents[2] / "static" / "js"
HOME = "http://scripts.test/"
TRIGGERS = [
    Trigger(prefix="call:", channel="call"),
    Trigger(prefix="viber:", channel="viber"),
    Trigger(prefix="sms:"),
    Trigger(prefix="sales:"),
    Trigger(prefix="été:"),
]

TEXTS = [
    *("", "a" * 160, "a" * 161, "a" * 306, "a" * 307, "€" * 80, "€" * 81),
    *("a" * 152 + "€" + "a" * 10, "a" * 152 + "€" + "a" * 152, "я" * 70, "я" * 71, "я" * 134),
    *("😀" * 35, "😀" * 36, "😀" * 67, "я" * 66 + "😀" + "я" * 66, "Ç", "ç", "\r\n", "\f"),
    *("ΔΦΓΛΩΠΨΣΘΞ", "[]{}\\|~^", "`", "\t", "\u00a0", "It’s", "“hi” — …", "e\u0301", "Α"),
]
COMMENTS = [
    *("call: Your car is ready", "Call: x", "call him on Monday", "Call", "call; hi", "cal: hi"),
    *("called: twice", "\\call: me", "calls: 3"),
    *("Viber: hi", "viber is off", "Viber", "viber; hi", "vibre: hi", "fiber: hi", "\\viber: x"),
    *("hello", "sms: hi", "SMS:hi", "  sms :  hi", "\\sms: x", " \\ sms: x", "sms;hi", "sms, x"),
    *(
        "smss: x",
        "sm: x",
        "smd: x",
        "ssm: x",
        "msm: x",
        "mss; x",
        "smith: x",
        "sms hello",
        "ÉTÉ: x",
        "salse: x",
    ),
    *("sales\n: x", "sms:\n\nhi  ", "sms\u00a0: x", "xsms: x", "sms:: x", "s ms: x", "sms.: x"),
]


@pytest.fixture
def scripts(page: Page) -> Page:
    """A blank page beside our scripts; nothing leaves this process."""

    def answer(route: Route) -> None:
        script = SCRIPTS / route.request.url.removeprefix(HOME)
        if script.is_file():
            route.fulfill(path=script, content_type="text/javascript")
        else:
            route.fulfill(body="<!DOCTYPE html>", content_type="text/html")

    page.route("**/*", answer)
    page.goto(HOME)
    return page


def test_the_counter_counts_like_the_server(scripts: Page) -> None:
    counted = scripts.evaluate(
        "async (texts) => { const m = await import('/segments.js'); return texts.map(m.measure) }",
        TEXTS,
    )

    for text, found in zip(TEXTS, counted, strict=True):
        assert found == asdict(measure(text)) | {"culprits": list(measure(text).culprits)}, text


def test_plain_characters_are_the_same_on_both_sides(scripts: Page) -> None:
    replaced = scripts.evaluate(
        "async (texts) => { const m = await import('/segments.js'); return texts.map(m.plain) }",
        TEXTS,
    )

    assert replaced == [plain(text) for text in TEXTS]


def test_the_composer_reads_triggers_like_the_server(scripts: Page) -> None:
    readings = scripts.evaluate(
        "async ([texts, triggers]) => { const m = await import('/triggers.js');"
        " return texts.map((text) => m.read(text, triggers)) }",
        [
            COMMENTS,
            [{"prefix": trigger.prefix, "channel": trigger.channel} for trigger in TRIGGERS],
        ],
    )

    for comment, found in zip(COMMENTS, readings, strict=True):
        assert (found["kind"], found.get("words", "")) == server(comment), comment


def server(comment: str) -> tuple[str, str]:
    """What the server would make of it, in the composer's words."""
    command = parse(comment, TRIGGERS)
    if command is None:
        return ("odd" if hint(comment, TRIGGERS) else "comment"), ""
    return ("escaped", "") if command.escaped else ("text", command.text.rstrip())
