"""
What a broadcast costs in the filled database of DATABASE_URL: run by `make bench ARGS=broadcast`.

Writing it out, the click that starts it, until all its texts are queued, its page, and the clicks
that pause and stop it.
"""

from __future__ import annotations

import os
import resource
import time
from functools import partial
from statistics import median

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402 (once Django is set up)
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from contacts.models import Contact, Tag  # noqa: E402
from messaging import broadcasts  # noqa: E402
from messaging.models import Broadcast  # noqa: E402
from tests.bench.figures import timed, verdict  # noqa: E402

#: People -> seconds until all their texts are queued on SQLite, at most.
LIMITS = {10_000: 2, 100_000: 30}
MOST_CLICK, MOST_MB = 300, 300
MOST_PAGE = 1.5  # times the page of the first, whose recipients are a tenth as many


def main() -> None:
    author = User.objects.get(username="bench")
    pages = [measure(author, people, limit) for people, limit in LIMITS.items()]
    times = pages[-1] / pages[0]
    say("the last page to the first", f"{times:6.2f}×", f"{MOST_PAGE}×", held=times <= MOST_PAGE)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say("memory at its peak", f"{peak:6.0f} MB", f"{MOST_MB} MB", held=peak <= MOST_MB)


def say(what: str, figure: str, limit: str, *, held: bool) -> None:
    print(f"{what:28} {figure}  (limit {limit})  {verdict(held)}")


def measure(author: User, people: int, limit: int) -> float:
    """Milliseconds its page takes."""
    tag = Tag.objects.create(name=f"first {people}")
    through = Contact.tags.through
    ids = Contact.objects.order_by("pk").values_list("pk", flat=True)[:people]
    through.objects.bulk_create([through(contact_id=pk, tag_id=tag.pk) for pk in ids], 5000)
    row = Broadcast.objects.create(name="Bench", text="Hi {first_name|there}", author=author)
    row.tags.add(tag)

    written = until(row, Broadcast.State.READY)
    begun = time.perf_counter()
    broadcasts.start(row, send_at=None, is_local=False)
    click = (time.perf_counter() - begun) * 1000
    queued = until(row, Broadcast.State.QUEUED)

    texts = row.recipients.exclude(message=None).count()
    print(f"{people:,} people, {texts:,} texts")
    print(f"{'  written out':28} {written:6.1f} s")
    say("  the click", f"{click:6.0f} ms", f"{MOST_CLICK} ms", held=click <= MOST_CLICK)
    if connection.vendor == "sqlite":
        say("  until all are queued", f"{queued:6.1f} s ", f"{limit} s", held=queued <= limit)
    else:
        print(f"{'  until all are queued':28} {queued:6.1f} s")
    return look_and_halt(author, row)


def look_and_halt(author: User, row: Broadcast) -> float:
    browser = Client(HTTP_HOST="127.0.0.1")
    browser.force_login(author)
    address = row.get_absolute_url()
    first = timed(lambda: browser.get(address))
    page = median(timed(lambda: browser.get(address)) for _ in range(9))
    print(f"{'  its page, counted anew':28} {first:6.0f} ms")
    print(f"{'  its page':28} {page:6.0f} ms")
    for verb in ("pause", "stop"):
        click = timed(partial(browser.post, f"{address}{verb}/"))
        say(f"  {verb}", f"{click:6.0f} ms", f"{MOST_CLICK} ms", held=click <= MOST_CLICK)
    begun = time.perf_counter()
    while broadcasts.work():
        pass
    print(f"{'  until all are taken back':28} {time.perf_counter() - begun:6.1f} s")
    return page


def until(row: Broadcast, state: str) -> float:
    """Seconds in which a worker brings it there."""
    begun = time.perf_counter()
    while row.state != state:
        broadcasts.work()
        row.refresh_from_db()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
