"""Two contacts become one, and two again: `choices` between fields, `moving` what names them."""

from contacts.merging.choices import Choice, choices
from contacts.merging.merge import CannotMerge, merge, merged, merging, undo, unmerged

__all__ = [
    "CannotMerge",
    "Choice",
    "choices",
    "merge",
    "merged",
    "merging",
    "undo",
    "unmerged",
]
