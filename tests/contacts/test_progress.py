"""What a command says of how far it has come, to a terminal and to nobody else."""

from __future__ import annotations

import time
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import OutputWrapper

from contacts import audit, progress
from contacts.models import AuditEntry
from contacts.progress import Progress

EMPTY = "\r\033[K"


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PAUSE", 0)


@pytest.mark.usefixtures("at_once")
def test_a_bar_grows_on_one_line_and_leaves_it_empty(terminal: Terminal) -> None:
    with Progress(OutputWrapper(terminal)) as line:
        assert list(line.over("abcd", 4, "rows")) == ["a", "b", "c", "d"]

    said = terminal.getvalue().split(EMPTY)
    assert said[1] == f"{'#' * 6}{'.' * 18} 1 of 4 rows"
    assert said[4] == f"{'#' * 24} 4 of 4 rows"
    assert said[5:] == [""]


def test_it_is_not_written_anew_for_each_of_many_rows(terminal: Terminal) -> None:
    with Progress(OutputWrapper(terminal)) as line:
        for _ in line.over(range(10_000), 10_000, "rows"):
            pass

    assert terminal.getvalue().count(EMPTY) < 100


def test_a_log_holds_nothing_of_it() -> None:
    log = StringIO()
    with Progress(OutputWrapper(log)) as line, line.watching(lambda: "busy"):
        line.bar(1, 2, "rows")

    assert log.getvalue() == ""


@pytest.mark.usefixtures("at_once")
def test_what_says_nothing_itself_is_watched_until_it_ends(terminal: Terminal) -> None:
    def fail_once_it_is_said() -> None:
        with Progress(OutputWrapper(terminal)) as line, line.watching(lambda: "busy"):
            until = time.monotonic() + 5
            while "busy" not in terminal.getvalue() and time.monotonic() < until:
                time.sleep(0.01)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fail_once_it_is_said()

    assert "busy" in terminal.getvalue()
    assert terminal.getvalue().endswith(EMPTY)


@pytest.mark.usefixtures("at_once")
def test_commands_show_it(db: None, terminal: Terminal, tmp_path: Any) -> None:
    audit.note(audit.Action.EXPORTED, about="Contacts")

    call_command("verify_audit", stdout=OutputWrapper(terminal))
    call_command("rebuild_figures", stdout=OutputWrapper(terminal))

    entries = AuditEntry.objects.count()  # other tests leave some: nobody may delete them
    assert f"{entries} of {entries} rows" in terminal.getvalue()
    assert "days" in terminal.getvalue()
