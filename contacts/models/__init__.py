"""People, companies, deals, and the comments on them."""

from contacts.models.audit_entry import AuditEntry
from contacts.models.bulk import BulkAction, BulkItem
from contacts.models.comment import Comment
from contacts.models.company import Company
from contacts.models.contact import NEVER, Contact, Phone, Tag
from contacts.models.contact_import import ContactImport, ImportPiece, ImportRow
from contacts.models.custom import CustomField, CustomValue
from contacts.models.deal import Deal
from contacts.models.duplicate import Duplicate, DuplicateSearch, Merge
from contacts.models.member import Member, Team
from contacts.models.notification import Notification
from contacts.models.record import Record, record_types
from contacts.models.saved_view import SavedView

__all__ = [
    "NEVER",
    "AuditEntry",
    "BulkAction",
    "BulkItem",
    "Comment",
    "Company",
    "Contact",
    "ContactImport",
    "CustomField",
    "CustomValue",
    "Deal",
    "Duplicate",
    "DuplicateSearch",
    "ImportPiece",
    "ImportRow",
    "Member",
    "Merge",
    "Notification",
    "Phone",
    "Record",
    "SavedView",
    "Tag",
    "Team",
    "record_types",
]
