"""
What an import costs in the empty database of DATABASE_URL: run by `python -m tests.bench import`.

The floor is what cannot be saved: reading the CSV, and asking phonenumbers for each number.
"""

from __future__ import annotations

import csv
import io
import os
import random
import resource
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
django.setup()

import phonenumbers  # noqa: E402 (once Django is set up)
from django.contrib.auth.models import User  # noqa: E402

from contacts.importing import columns, reading, storing, work  # noqa: E402
from contacts.models import Contact, ContactImport, ImportRow, Phone  # noqa: E402
from messaging import queue  # noqa: E402
from tests.bench.figures import verdict  # noqa: E402
from tests.bench.words import FIRST, LAST, TRADES  # noqa: E402

PEOPLE, AGAIN = 100_000, 5_000
MOST_TIMES, MOST_MB = 2.0, 300
HEADER = ("First name", "Last name", "E-mail", "Mobile", "Work phone", "Company", "Tags", "Notes")


def keep(author: User, rows: list[list[str]]) -> ContactImport:
    return storing.bring(author, rows, "bench.csv", columns.guess(rows[0]))


def main() -> None:
    raw = a_list().encode()
    author = User.objects.create_user("bench")
    begun = time.process_time()
    floor = seconds(lambda: reach_the_floor(raw))
    floor_cpu = time.process_time() - begun
    queue.call = lambda task: None  # this process does the work itself
    source: list[ContactImport] = []
    begun = time.process_time()
    reading_it = seconds(lambda: source.append(keep(author, reading.rows(raw))))
    storing_it = seconds(lambda: bring(source[0]))
    cpu = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    times = (reading_it + storing_it) / floor
    print(f"{PEOPLE:,} rows, {len(raw) / 1e6:.1f} MB, {Phone.objects.count():,} phones stored")
    print(f"{'the floor':28} {floor:6.1f} s")
    print(f"{'  reading and keeping':28} {reading_it:6.1f} s")
    print(f"{'  looking up and storing':28} {storing_it:6.1f} s")
    say("against the floor", f"{times:6.2f}×", f"{MOST_TIMES}×", held=times <= MOST_TIMES)
    print(
        f"{'  in time of this process':28} {cpu / floor_cpu:6.2f}×  (steadier, if others are busy)"
    )
    say("memory at its peak", f"{peak:6.0f} MB", f"{MOST_MB} MB", held=peak <= MOST_MB)
    stored = Contact.objects.count() == PEOPLE - AGAIN
    undone = seconds(lambda: take_back(source[0]))
    print(f"{'  undoing all of it':28} {undone:6.1f} s")
    is_whole = stored and not Contact.objects.exists()
    say("each stored once, and undone", "", "all", held=is_whole)


def say(what: str, figure: str, limit: str, *, held: bool) -> None:
    print(f"{what:28} {figure}  (limit {limit})  {verdict(held)}")


def seconds(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def a_list() -> str:
    """The same each time: a third with a second phone, a sixth in Britain, a tenth with a tag."""
    rng, file = random.Random(7), io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEADER)
    rows = [row_of(n, rng) for n in range(PEOPLE - AGAIN)]
    writer.writerows(rows)
    writer.writerows(rows[:: len(rows) // AGAIN][:AGAIN])
    return file.getvalue()


def row_of(n: int, rng: random.Random) -> list[str]:
    first, last = rng.choice(FIRST), rng.choice(LAST)
    mobile = (
        f"+447{400_000_000 + n}" if n % 6 == 0 else f"(212) {200 + n // 10_000}-{n % 10_000:04}"
    )
    work_phone = f"+1303{2_000_000 + n}" if n % 3 == 0 else ""
    company = f"{last} {rng.choice(TRADES)}" if n % 4 == 0 else ""
    tag, notes = ("spring", "Called twice") if n % 10 == 0 else ("", "")
    return [
        first,
        last,
        f"{first}.{last}.{n}@mail.example",
        mobile,
        work_phone,
        company,
        tag,
        notes,
    ]


def reach_the_floor(raw: bytes) -> None:
    for row in csv.reader(io.StringIO(raw.decode(), newline="")):
        for typed in row[3:5]:
            if any(map(str.isdigit, typed)):
                number = phonenumbers.parse(typed, "US")
                assert phonenumbers.is_valid_number(number), typed
                phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def bring(source: ContactImport) -> None:
    source.mapping = columns.guess(source.header)
    source.state = ContactImport.State.RUNNING
    source.save()
    until(source, ContactImport.State.DONE)


def take_back(source: ContactImport) -> None:
    ContactImport.objects.update(state=ContactImport.State.UNDOING)
    until(source, ContactImport.State.UNDONE)


def until(source: ContactImport, state: str) -> None:
    while (now := ContactImport.objects.get(pk=source.pk)).state != state:
        assert now.state != ContactImport.State.FAILED, now.problem
        work.work()
    assert not ImportRow.objects.filter(outcome="skipped").exists()
    assert not source.waiting()


if __name__ == "__main__":
    main()
