"""What is particular to companies."""

from __future__ import annotations

from typing import Any

from contacts.filters import CompanyFilters
from contacts.forms import CompanyForm
from contacts.models import Company, Contact, Deal
from contacts.views.contact import MOST_RELATED
from contacts.views.kinds import Column, Kind


def about(company: Company, user: Any) -> dict[str, Any]:
    """The first of its people and deals, and one more if there are more."""
    people = Contact.objects.visible_to(user).current().filter(company=company)
    deals = Deal.objects.visible_to(user).current().filter(company=company)
    return {
        "people": people.order_by("sort_name")[: MOST_RELATED + 1],
        "deals": deals.order_by("-pk")[: MOST_RELATED + 1],
    }


COMPANY = Kind(
    noun="company",
    nouns="companies",
    icon="building-2",
    model=Company,
    form=CompanyForm,
    filters=CompanyFilters,
    columns=(
        Column("Name", "name"),
        Column("Main contact"),
        Column("Website"),
        Column("Owner"),
        Column("Added", "-created", end=True),
    ),
    sorts={"name": "sort_name", "created": "created_at"},
    default_sort="name",
    joined=("main_contact",),
    fetched=("main_contact__phones",),
    about=about,
)
