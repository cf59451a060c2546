"""How much of a file we take, and how it is said that one cannot be read."""

MOST_BYTES = 20_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 200
LONGEST_CELL = 10_001  # one more than any field takes: a row that is cut is refused for it


class Unreadable(ValueError):
    """Why a file cannot be read: one plain sentence."""
