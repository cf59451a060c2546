"""What people type about records, checked where they typed it."""

from contacts.forms.comment import CommentForm
from contacts.forms.company import CompanyForm
from contacts.forms.contact import ContactForm
from contacts.forms.deal import DealForm
from contacts.forms.record import RecordForm

__all__ = ["CommentForm", "CompanyForm", "ContactForm", "DealForm", "RecordForm"]
