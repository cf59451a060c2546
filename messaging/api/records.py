"""Contacts, and comments on every record type."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils import timezone
from ninja import Router

from contacts import changes, comments, custom, phones
from contacts.filters import ContactFilters
from contacts.forms import phones as phone_rows
from contacts.forms import tags as tag_names
from contacts.models import Comment, Company, Contact, Deal, Phone
from contacts.models.member import team_of
from messaging import facts
from messaging.api import custom_values, responses, shapes
from messaging.api.doors import Caller, found, needs, once
from messaging.api.problems import Problem
from messaging.models import Scope

router = Router(tags=["records"], by_alias=True)
RECORDS: dict[str, Any] = {"contacts": Contact, "companies": Company, "deals": Deal}


@router.get("/contacts", response=responses.Contacts)
@needs(Scope.READ)
def contact_list(request: Caller, q: str = "", cursor: str = "") -> Any:
    """Current contacts by name; q searches as the list of contacts does."""
    rows = _contacts(request)
    filters = ContactFilters({"q": q}, queryset=rows, request=request)
    return shapes.items(filters.qs, "sort_name", cursor, facts.contact)


@router.post("/contacts", response={201: responses.ContactTold})
@needs(Scope.WRITE)
@once
def contact_create(request: Caller, given: shapes.ContactIn) -> Any:
    contact = Contact(owner=request.user, team_id=team_of(request.user))
    _fill(request, contact, given)
    return 201, facts.contact(_contact(request, contact.pk))


@router.get("/contacts/{pk}", response=responses.ContactTold)
@needs(Scope.READ)
def contact_detail(request: Caller, pk: int) -> Any:
    return facts.contact(_contact(request, pk))


@router.patch("/contacts/{pk}", response=responses.ContactTold)
@needs(Scope.WRITE)
@transaction.atomic
def contact_change(request: Caller, pk: int, given: shapes.ContactIn) -> Any:
    contact = _contact(request, pk)
    before = changes.snapshot(contact)
    _fill(request, contact, given)
    changes.note(contact, author=request.user, before=before)
    return facts.contact(_contact(request, pk))


@router.delete("/contacts/{pk}", response={204: None})
@needs(Scope.WRITE)
def contact_delete(request: Caller, pk: int) -> Any:
    """Its texts stay in Communications under the bare number."""
    _contact(request, pk).delete()
    return HttpResponse(status=204)


@router.post("/{nouns}/{pk}/comments", response={201: responses.CommentTold})
@needs(Scope.WRITE)
@once
def comment_create(request: Caller, nouns: str, pk: int, given: shapes.CommentIn) -> Any:
    """`sms: …` texts, as it does on the page, and then `kind` is `track`."""
    if nouns not in RECORDS:
        raise Http404
    record = found(RECORDS[nouns].objects.visible_to(request.user), pk)
    try:
        comment = comments.post_comment(on=record, author=request.user, body=given.body)
    except comments.CommentRefused as refusal:
        raise Problem(422, str(refusal)) from refusal
    may_send = Scope.SEND.value in request.auth.scopes
    if comment.kind == Comment.Kind.TRACK and not may_send:  # and nothing of it is kept
        raise Problem(403, "This token may not text: it lacks “send”.")
    return 201, shapes.comment(comment)


def _contacts(request: Caller) -> Any:
    rows = Contact.objects.visible_to(request.user)
    return rows.select_related("company").prefetch_related("phones", "tags", "custom__field")


def _contact(request: Caller, pk: int) -> Any:
    return found(_contacts(request), pk)


def _fill(request: Caller, contact: Contact, given: shapes.ContactIn) -> None:
    """Store what was given; all of it or nothing. Raises Problem."""
    said = given.model_dump(exclude_unset=True)
    entries = _entries(said.pop("phones", None))
    tags = said.pop("tags", None)
    news = custom_values.checked(contact, said.pop("custom", None) or {})
    company = said.pop("company", contact.company_id)
    known = Company.objects.visible_to(request.user)
    if company and not known.filter(pk=company).exists():
        raise Problem(422, "company: There is no such company.")
    for name, value in said.items():
        setattr(contact, name, value or "")
    contact.company_id, contact.updated_at = company, timezone.now()
    try:
        contact.full_clean(exclude=["owner", "company"])
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        raise Problem(422, f"{name}: {sentences[0]}") from error
    contact.save()
    if entries is not None:
        phone_rows.keep(contact, entries)
    if tags is not None:
        tag_names.tag(contact, tag_names.split(",".join(tags)))
    custom.keep(contact, news)


def _entries(given: list[dict[str, str]] | None) -> list[phone_rows.Entry] | None:
    if given is None:
        return None
    entries: dict[str, phone_rows.Entry] = {}
    for one in given[: phone_rows.MOST]:
        kind = one.get("kind", Phone.Kind.MOBILE)
        if kind not in Phone.Kind.values:
            raise Problem(422, f"phones: a kind is one of {', '.join(Phone.Kind.values)}.")
        try:
            e164 = phones.parse(one["number"], settings.DEFAULT_REGION)
        except phones.PhoneInvalid as invalid:
            raise Problem(422, f"phones: {invalid}") from invalid
        entries.setdefault(e164, phone_rows.Entry(e164, kind, one.get("label", "")))
    return list(entries.values())
