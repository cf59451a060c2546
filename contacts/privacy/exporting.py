"""Everything about one person in a ZIP: person.txt for people, person.json for programs."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any, cast

from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder
from django.dispatch import Signal
from django.utils import timezone

from contacts import custom
from contacts.models import Comment, Company, Contact, Deal, ImportRow
from contacts.privacy.erasing import merged_into

#: What is known of a contact is gathered; argument `contact`. Who listens answers with a
#: dictionary of sections: a title, and a list of dictionaries.
exporting = Signal()

Section = list[dict[str, Any]]


def export(contact: Contact, *, by: User) -> bytes:
    """The ZIP. Of other records, those that who asks may see."""
    found = _gather(contact, by)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.txt", "\n".join(_lines(found)) + "\n")
        as_json = json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        archive.writestr("person.json", as_json)
    return packed.getvalue()


def _gather(contact: Contact, by: User) -> dict[str, Section]:
    found = {
        "Person": [_person(contact)],
        "Timeline": _timeline(contact),
        "Named by": _named(contact, by),
    }
    found["Merged contacts"] = [_person(one) for one in merged_into(contact)]
    found["Imported lists"] = _imported(contact)
    for _, sections in exporting.send(Contact, contact=contact):
        found |= cast("dict[str, Section]", sections)
    return {title: rows for title, rows in found.items() if rows}


def _person(contact: Contact) -> dict[str, Any]:
    names = ("name", "first_name", "last_name", "job_title", "email", "time_zone", "notes")
    moments = ("created_at", "updated_at", "archived_at")
    return {
        **{name: getattr(contact, name) for name in names},
        "company": str(contact.company or ""),
        "tags": ", ".join(tag.name for tag in contact.tags.all()),
        "phones": ", ".join(f"{p.e164} ({p.label or p.kind})" for p in contact.phones.all()),
        "owner": _who(contact.owner),
        **{field.label: value for field, value in custom.shown(contact)},
        **{f"field {row.field.key}": row.words for row in custom.held(contact).values()},
        **{name: getattr(contact, name) for name in moments},
    }


def _timeline(contact: Contact) -> Section:
    """Comments and changes; texts have a section of their own."""
    rows = Comment.objects.on(contact).exclude(kind=Comment.Kind.TRACK).select_related("author")
    return [
        {"at": row.created_at, "what": row.kind, "author": _who(row.author), "words": row.body}
        for row in rows
    ]


def _named(contact: Contact, by: User) -> Section:
    """Other records that name them."""
    deals = [
        {"what": "deal", "name": deal.title, "stage": deal.stage, "amount": deal.amount}
        for deal in Deal.objects.visible_to(by).filter(contact=contact).order_by("pk")
    ]
    companies = Company.objects.visible_to(by).filter(main_contact=contact).order_by("pk")
    return deals + [{"what": "main contact of", "name": company.name} for company in companies]


def _imported(contact: Contact) -> Section:
    rows = ImportRow.objects.filter(contact=contact).select_related("source").order_by("pk")
    return [
        {"at": row.source.created_at, "file": row.source.name, "line": row.line, "row": row.cells}
        for row in rows
    ]


def _who(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def _lines(found: dict[str, Section]) -> Iterator[str]:
    yield f"Everything about {found['Person'][0]['name']}, {timezone.localtime():%-d %B %Y, %H:%M}"
    for title, rows in found.items():
        yield from ("", "", title, "=" * len(title))
        for row in rows:
            yield ""
            for name, value in row.items():
                if value not in (None, "", [], {}):
                    yield f"{name.replace('_', ' ')}: {_shown(value)}"


def _shown(value: Any) -> str:
    if hasattr(value, "astimezone"):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M %Z}"
    if isinstance(value, list):
        return " | ".join(map(str, value))
    return str(value).replace("\n", "\n    ")
