"""One thing done to many contacts: `running` goes through them, `acts` does it and undoes it."""

from contacts.bulk.running import (
    MOST_COUNTED,
    audience,
    count,
    start,
    undo,
    work,
    work_waits,
)

__all__ = ["MOST_COUNTED", "audience", "count", "start", "undo", "work", "work_waits"]
