"""A long log of texts: counted by a worker, piece after piece, before and while somebody waits."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.importing import work
from contacts.models import Contact, ContactImport
from messaging.models import LogCount, Message, Number, Recipient
from messaging.text_import import counting, looking

PAGE = "/communications/import/"
HEADER = "Direction,From,To,Date,Message,Status,SMS ID,Contact Name\n"
ALIKE = "Outgoing,+12125550100,+12125550123,03/05/2024 09:30,Hello,Sent,,Carol\n"
STOP = "Incoming,2125550177,+12125550199,03/06/2024 10:00 AM,STOP,received,SM2,Ida\n"
START = "Incoming,2125550177,+12125550199,03/07/2024 10:00 AM,START,received,SM3,Ida\n"
LOG = HEADER + ALIKE + STOP + ALIKE.replace("09:30", "never") + ALIKE + ALIKE


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than two rows are long."""
    monkeypatch.setattr(counting, "FEW", 2)
    monkeypatch.setattr(counting, "PIECE", 2)


def upload(browser: Client, content: str = LOG) -> ContactImport:
    browser.post(PAGE, {"file": SimpleUploadedFile("log.csv", content.encode())})
    return ContactImport.objects.latest("pk")


def chosen(source: ContactImport) -> dict[str, str]:
    columns = {f"column-{n}": field for n, field in enumerate(source.mapping)}
    return columns | {"gateway": "smrtphone", "zone": "America/New_York"}


def outcomes(source: ContactImport) -> list[str]:
    return list(source.rows.order_by("line").values_list("outcome", flat=True))


@pytest.mark.storage
def test_a_long_log_is_counted_by_a_worker(alices_browser: Client, number: Number) -> None:
    source = upload(alices_browser)

    before = alices_browser.get(source.get_absolute_url()).content.decode()
    work._attempt(source.pk)
    meanwhile = alices_browser.get(source.get_absolute_url(), headers={"HX-Request": "true"})
    work.work()
    source.refresh_from_db()
    page = alices_browser.get(source.get_absolute_url()).content.decode()

    assert '<progress max="5" value="0" aria-label="Counted">' in before
    assert "Hello" in before  # the first rows are shown at once
    assert '<progress max="5" value="2" aria-label="Counted">' in meanwhile.content.decode()
    assert meanwhile.content.decode().lstrip().startswith("<section")
    assert source.state == "mapping"
    assert "<progress" not in page
    assert '<dt>Texts out</dt><dd class="num">3</dd>' in page
    assert "Skipped, 1 row: row 4. “03/05/2024 never” is no date" in page
    assert "1 phone said STOP last" in page
    assert not Message.objects.exists()


@pytest.mark.storage
def test_what_is_counted_in_pieces_is_what_is_counted_at_once(
    alices_browser: Client, number: Number
) -> None:
    source = upload(alices_browser, LOG + START + STOP.replace("SM2", "SM4").replace("177", "178"))
    work.work()
    whole = counting.glance(source, most=100)

    begun = LogCount.objects.get()
    plan = looking.Plan.unpacked(begun.plan, "smrtphone")

    assert looking.Look.unpacked(begun.found, plan).packed() == whole.packed()
    assert plan.notes == whole.plan.notes == {5: {"place": 1}, 6: {"place": 2}, 8: {"asked": True}}


@pytest.mark.storage
@pytest.mark.parametrize("pieces", [0, 1, 9])
def test_it_may_be_imported_while_it_is_counted(
    alices_browser: Client, number: Number, carol: Contact, pieces: int
) -> None:
    source = upload(alices_browser)
    for _ in range(pieces):
        work._attempt(source.pk)

    answer = alices_browser.post(source.get_absolute_url(), chosen(source))
    work.work()

    source.refresh_from_db()
    assert answer.status_code == 302
    assert source.state == "done"
    assert outcomes(source) == ["created", "created", "skipped", "created", "created"]
    assert Message.objects.filter(text="Hello").count() == 3
    assert Recipient.objects.get(phone="+12125550177").opted_out_at
    assert not LogCount.objects.exists()


@pytest.mark.storage
def test_after_a_crash_it_is_counted_from_the_last_piece_on(
    alices_browser: Client, number: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = upload(alices_browser)
    work._attempt(source.pk)
    lines: list[int] = []
    add = counting.add

    def dies(found: Any, rows: Any, reader: Any) -> None:
        add(found, rows, reader)
        raise SystemExit

    def noted(found: Any, rows: Any, reader: Any) -> None:
        lines.extend(line for line, _ in rows)
        add(found, rows, reader)

    with monkeypatch.context() as patched:
        patched.setattr(counting, "add", dies)
        with pytest.raises(SystemExit):
            work.work()
    monkeypatch.setattr(counting, "add", noted)
    work.work()

    assert lines == [4, 5, 6]
    assert ContactImport.objects.get().state == "mapping"


@pytest.mark.storage
def test_other_columns_or_another_number_of_ours_count_anew(
    alices_browser: Client, number: Number
) -> None:
    source = upload(alices_browser)
    work.work()
    preview = chosen(source) | {"preview": "1"}

    shown = alices_browser.post(source.get_absolute_url(), preview | {"day_first": "on"})
    work.work()
    counted = alices_browser.get(source.get_absolute_url()).content.decode()
    Number.objects.create(address="+12125550199", gateway="simulator", label="New")
    stale = alices_browser.get(source.get_absolute_url()).content.decode()

    assert '<progress max="5" value="0"' in shown.content.decode()
    assert "3 May 2024 to " in counted
    assert "5 rows. Press “Preview” to count what they would bring." in stale
    assert "Texts out" not in stale


def test_a_count_that_fails_waits_for_a_person(
    alices_browser: Client, number: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = upload(alices_browser)

    def stumbles(*_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(counting, "add", stumbles)
        work.work()
    page = alices_browser.get(source.get_absolute_url()).content.decode()
    alices_browser.post(source.get_absolute_url(), chosen(source) | {"preview": "1"})
    work.work()

    source.refresh_from_db()
    assert "Something went wrong inside smscrm (RuntimeError)." in page
    assert not ContactImport.objects.at_work().exists()
    assert (source.state, source.problem) == ("mapping", "")
    assert LogCount.objects.get().is_done


def test_who_still_looks_when_it_was_started_gets_the_other_page(
    alices_browser: Client, number: Number
) -> None:
    source = upload(alices_browser)
    ContactImport.objects.update(state="running")

    answer = alices_browser.get(source.get_absolute_url(), headers={"HX-Request": "true"})

    assert answer["HX-Refresh"] == "true"


def test_columns_nobody_knows_are_not_counted(alices_browser: Client, number: Number) -> None:
    source = upload(alices_browser, "When exactly,Words\n" + "2024-03-05 09:30,Hi\n" * 4)

    assert source.state == "mapping"
    assert not LogCount.objects.exists()


def test_reasons_do_not_grow_with_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "MOST", 2)
    found = looking.Look(looking.Plan("smrtphone"))

    for number in range(5):
        found.note(looking.Seen(number, None, f"“{number}” is no date."))

    assert list(found.reasons) == ["“0” is no date.", "“1” is no date.", looking.OTHERS]
    assert found.skipped == 5


def test_the_page_asks_as_much_of_a_longer_log(alices_browser: Client, number: Number) -> None:
    def asked(rows: int) -> int:
        source = upload(alices_browser, HEADER + ALIKE * rows)
        with CaptureQueriesContext(connection) as queries:
            alices_browser.get(source.get_absolute_url())
        return len(queries)

    assert asked(30) == asked(300)
