"""Moments as numbers, which compare and are kept more easily: microseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(when: datetime) -> int:
    return (when - _EPOCH) // _MICROSECOND


def moment(micros: int) -> datetime:
    """The way back."""
    return _EPOCH + micros * _MICROSECOND
