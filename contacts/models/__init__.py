"""People, companies, deals, and the comments on them."""

from contacts.models.comment import Comment
from contacts.models.company import Company
from contacts.models.contact import NEVER, Contact, Phone, Tag
from contacts.models.deal import Deal
from contacts.models.notification import Notification
from contacts.models.record import Record, record_types

__all__ = [
    "NEVER",
    "Comment",
    "Company",
    "Contact",
    "Deal",
    "Notification",
    "Phone",
    "Record",
    "Tag",
    "record_types",
]
