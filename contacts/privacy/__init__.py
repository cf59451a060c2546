"""
What is known of one person, all of it: handed out as a file, or erased for good.

Each app knows its own: whoever keeps something about people listens to the two signals.
"""

from contacts.privacy.erasing import CannotErase, elsewhere, erase, erasing
from contacts.privacy.exporting import export, exporting

__all__ = ["CannotErase", "elsewhere", "erase", "erasing", "export", "exporting"]
