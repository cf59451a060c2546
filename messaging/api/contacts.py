"""Contacts."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from ninja import Router

from contacts import phones
from contacts.deleting import delete
from contacts.filters import ContactFilters
from contacts.forms import phones as phone_rows
from contacts.forms import tags as tag_names
from contacts.models import Contact, Phone
from messaging import facts
from messaging.api import responses, shapes, storing
from messaging.api.doors import Caller, found, needs, once
from messaging.api.problems import Problem
from messaging.models import Scope

router = Router(tags=["records"], by_alias=True)


@router.get("/contacts", response=responses.Contacts)
@needs(Scope.READ)
def contact_list(request: Caller, q: str = "", cursor: str = "") -> Any:
    """Current contacts by name; q searches as the list of contacts does."""
    rows = ContactFilters({"q": q}, queryset=_contacts(request), request=request).qs
    return shapes.items(rows, "sort_name", cursor, storing.concealed(request.user, facts.contact))


@router.post("/contacts", response={201: responses.ContactTold})
@needs(Scope.WRITE)
@once
def contact_create(request: Caller, given: shapes.ContactIn) -> Any:
    contact = storing.new(Contact, request.user)
    _store(request, contact, given)
    return 201, _told(request, contact.pk)


@router.get("/contacts/{pk}", response=responses.ContactTold)
@needs(Scope.READ)
def contact_detail(request: Caller, pk: int) -> Any:
    return _told(request, pk)


@router.patch("/contacts/{pk}", response=responses.ContactTold)
@needs(Scope.WRITE)
@transaction.atomic
def contact_change(request: Caller, pk: int, given: shapes.ContactIn) -> Any:
    contact = found(_contacts(request).select_for_update(of=("self",)), pk)
    with storing.noting(contact, request.user):
        _store(request, contact, given)
    return _told(request, pk)


@router.delete("/contacts/{pk}", response={204: None})
@needs(Scope.WRITE)
def contact_delete(request: Caller, pk: int) -> Any:
    """Its texts stay in Communications under the bare number."""
    contact = found(_contacts(request), pk)
    try:
        delete(contact, by=request.user)
    except PermissionDenied as no:
        raise Problem(403, str(no)) from no
    return HttpResponse(status=204)


def _contacts(request: Caller) -> Any:
    rows = Contact.objects.visible_to(request.user)
    return rows.select_related("company").prefetch_related("phones", "tags", "custom__field")


def _told(request: Caller, pk: int) -> Any:
    return storing.shown(_contacts(request), request.user, pk, facts.contact)


def _store(request: Caller, contact: Contact, given: shapes.ContactIn) -> None:
    """All of it or nothing. Raises Problem."""
    said = given.model_dump(exclude_unset=True)
    entries = _entries(said.pop("phones", None))
    tags = said.pop("tags", None)
    storing.store(request.user, contact, said)
    if entries is not None:
        phone_rows.keep(contact, entries)
    if tags is not None:
        tag_names.tag(contact, tag_names.split(",".join(tags)))
    named = contact.first_name or contact.last_name or contact.email
    if not named and not contact.phones.all().exists():
        raise Problem(422, "Give at least a name, an e-mail or a phone.")


def _entries(given: list[dict[str, str]] | None) -> list[phone_rows.Entry] | None:
    if given is None:
        return None
    entries: dict[str, phone_rows.Entry] = {}
    for one in given:
        kind = one.get("kind", Phone.Kind.MOBILE)
        if kind not in Phone.Kind.values:
            raise Problem(422, f"phones: a kind is one of {', '.join(Phone.Kind.values)}.")
        try:
            e164 = phones.parse(one["number"], settings.DEFAULT_REGION)
        except phones.PhoneInvalid as invalid:
            raise Problem(422, f"phones: {invalid}") from invalid
        entries.setdefault(e164, phone_rows.Entry(e164, kind, one.get("label", "")))
    return list(entries.values())
