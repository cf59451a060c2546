"""
What a large database answers, asked in the product's own process: searches, and pages near and
far, each beside its reference. `python -m tests.bench.rows` prints it for the database it is on.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from statistics import median
from typing import Any

if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    django.setup()

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import QueryDict
from django.test import Client

from contacts import paging
from contacts.filters import ContactFilters
from contacts.models import Contact
from contacts.search import near
from contacts.views.contact import CONTACT
from messaging import conversations
from messaging.models import Message
from tests.bench.crowd import phone_of
from tests.bench.figures import p95, timed, told, verdict
from tests.bench.words import FIRST, LAST

SEARCHES, ASKED, FAR = 120, 40, 10_000
LIMIT, TIMES = 30, 1.5  # ms; page 10,000 against page 1


def search(user: User) -> Iterator[str]:
    """Who is found, in the order of names; beside it the list with its rows, searched or not."""
    rng = random.Random(3)
    people = Contact.objects.order_by("-pk").first()
    last = people.pk if people else 1
    kinds: dict[str, Callable[[], str]] = {
        "3+ letters of a name": lambda: piece(name(rng), rng),
        "a first or last name": lambda: rng.choice([rng.choice(FIRST), rng.choice(LAST)]),
        "a whole name": lambda: name(rng),
        "3+ digits of a phone": lambda: piece(phone_of(rng.randint(1, last))[1:], rng),
    }
    plain = [timed(lambda: found(user, "")) for _ in range(ASKED)]
    yield f"the list's rows, no search   {told(plain)}"
    for what, invent in kinds.items():
        queries = [invent() for _ in range(SEARCHES)]
        times = [timed(partial(search_alone, query)) for query in queries]
        whole = [timed(partial(found, user, query)) for query in queries[:ASKED]]
        yield (
            f"search, {what:20} {told(times)}  (limit p95 {LIMIT} ms)  "
            f"{verdict(p95(times) <= LIMIT)}; with the list's rows p50 {median(whole):.1f} ms"
        )


def search_alone(query: str) -> list[int]:
    """The ids of the first page."""
    shortcut = near(Contact.objects.current(), query)
    return shortcut.find(None, False, 51) if shortcut else []


def found(user: User, query: str) -> list[Any]:
    filters = ContactFilters(QueryDict(mutable=True) | {"q": query}, queryset=CONTACT.rows(user))
    return paging.page(filters.qs, "sort_name", near=filters.near).items


def name(rng: random.Random) -> str:
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def piece(text: str, rng: random.Random) -> str:
    """Three characters or more of it, wherever they stand."""
    length = rng.randint(3, len(text))
    start = rng.randint(0, len(text) - length)
    return text[start : start + length]


def pages(user: User) -> Iterator[str]:
    """Page 1 and page 10,000 of each list: its rows, and the whole answer of the view."""
    browser = Client(HTTP_HOST="127.0.0.1")
    browser.force_login(user)
    empty = [timed(lambda: browser.get("/empty/")) for _ in range(ASKED)]
    yield f"an empty view                {told(empty)}"
    inbox, _ = conversations.listed("", user)
    lists: list[tuple[str, str, QuerySet[Any], str]] = [
        ("contact list", "/contacts/?", CONTACT.rows(user).current(), "sort_name"),
        ("inbox", "/inbox/?", inbox, "-top_at"),
        ("Communications", "/communications/?", Message.objects.all(), "-created_at"),
    ]
    for what, address, rows, order in lists:
        yield from _near_and_far(browser, what, address, rows, order)


def _near_and_far(
    browser: Client, what: str, address: str, rows: QuerySet[Any], order: str
) -> Iterator[str]:
    cursor = _far(rows, order)
    asks: dict[str, Callable[[str], object]] = {
        "rows": lambda cursor: paging.page(rows, order, cursor=cursor),
        "page": lambda cursor: browser.get(f"{address}cursor={cursor}"),
    }
    for part, ask in asks.items():
        near, far = [], []
        for _ in range(ASKED):
            near.append(timed(partial(ask, "")))
            far.append(timed(partial(ask, cursor)))
        times = median(far) / median(near)
        apart = max(times, 1 / times)  # a near page that is dearer than a far one is as wrong
        yield (
            f"{what}, {part}".ljust(29)
            + f"p50 {median(near):6.1f} ms, far {median(far):6.1f} ms {times:5.2f}×"
            + f"  (limit {TIMES}×)  {verdict(apart <= TIMES)}"
        )


def _far(rows: QuerySet[Any], order: str) -> str:
    """The cursor behind page 9,999, or behind the middle of a smaller list."""
    column, sign = order.removeprefix("-"), order[: -len(order.removeprefix("-"))]
    ordered = rows.order_by(order, f"{sign}pk")
    skip = min((FAR - 1) * 50, rows.count() // 2)
    return paging._write("n", column, ordered[skip])


if __name__ == "__main__":
    bench = User.objects.get(username="bench")
    for line in chain(search(bench), pages(bench)):
        print(line, flush=True)
