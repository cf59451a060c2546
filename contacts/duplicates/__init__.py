"""Contacts that may be the same: `finding` walks the indexes, `told` says what they share."""

from contacts.duplicates.finding import begin, begin_if_old, pair, work, work_waits

__all__ = ["begin", "begin_if_old", "pair", "work", "work_waits"]
