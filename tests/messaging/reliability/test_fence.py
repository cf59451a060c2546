"""The restore fence keeps copies quiet; it must never silence the real one by accident."""

import time

import pytest

from messaging import fence
from messaging.models import Installation

pytestmark = pytest.mark.storage


@pytest.fixture(autouse=True)
def _own_file(settings, tmp_path):
    settings.FENCE_FILE = str(tmp_path / "instance.json")


def test_a_slow_sweep_that_a_fast_one_overtakes_does_not_lock_sending(
    monkeypatch, transactional_db
):
    fence.unlock()
    start = time.time()

    def overtaken():  # while the slow one looks at the clock, another sweep comes and goes
        monkeypatch.setattr(fence.time, "time", lambda: start + 20)
        fence.advance()
        return start + 10

    monkeypatch.setattr(fence.time, "time", overtaken)
    fence.advance()

    assert not fence.is_locked()
    assert Installation.objects.get().epoch > start + 20


def test_a_crash_while_moving_in_leaves_nothing_behind_that_locks(monkeypatch, transactional_db):
    def crash(row):
        raise OSError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(fence, "_write", crash)
        with pytest.raises(OSError, match="disk is full"):
            fence.is_locked()

    assert not fence.is_locked()
