"""What is particular to deals."""

from __future__ import annotations

from contacts.filters import DealFilters
from contacts.forms import DealForm
from contacts.models import Deal
from contacts.views.kinds import Column, Kind

DEAL = Kind(
    noun="deal",
    nouns="deals",
    icon="handshake",
    model=Deal,
    form=DealForm,
    filters=DealFilters,
    columns=(
        Column("Title", "title"),
        Column("Contact"),
        Column("Stage"),
        Column("Amount", end=True),
        Column("Due"),
        Column("Owner"),
        Column("Added", "-created", end=True),
    ),
    sorts={"created": "created_at", "title": "title"},
    default_sort="-created",
    joined=("contact", "company", "company__main_contact"),
)
