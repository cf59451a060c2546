"""Texts, and our numbers."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from ninja import Router

from contacts import phones
from contacts.models import Contact
from messaging import expansion, facts, outbox, people, texting
from messaging.api import responses, shapes
from messaging.api.doors import Caller, found, needs, once, refuse
from messaging.api.filtering import MessageFilters
from messaging.api.problems import Problem
from messaging.models import Message, Number, Origin, Scope
from messaging.routing import number_for, ours

router = Router(tags=["texts"], by_alias=True)


@router.get("/me", response=responses.Me)
def me(request: Caller) -> Any:
    """Whose token this is, and what it is good for."""
    return {"username": request.user.get_username(), "scopes": request.auth.scopes}


@router.post("/messages", response={202: responses.MessageTold})
@needs(Scope.SEND)
@once
def message_create(request: Caller, given: shapes.MessageIn) -> Any:
    """A text, call or message in an app, queued: 202. What became of it is at /messages/{id}."""
    if (given.to is None) == (given.contact is None):
        raise Problem(422, f"Say whom to {given.channel.to_do}: either “to” or “contact”.")
    contact, phone = _whom(request, given)
    number = _sender(given.sender) or number_for(contact, author=request.user)
    if contact is None and number:
        contact = people.find(phone, number, request.user)
    try:
        text = expansion.expand(given.text, contact=contact, author=request.user)
        message = texting.send(
            text=text,
            phone=phone,
            number=number,
            origin=Origin.API,
            author=request.user,
            contact=contact,
            send_after=given.send_at or timezone.now(),
            channel=given.channel,
        )
    except outbox.CannotSend as refusal:
        raise Problem(422, str(refusal)) from refusal
    return 202, facts.message(message)


@router.get("/messages", response=responses.Messages)
@needs(Scope.READ, takes=MessageFilters.base_filters)
def message_list(request: Caller, cursor: str = "") -> Any:
    """
    Newest first; filtered by contact, number, direction, channel, status, phone, since, until, q;
    since and until are days, or moments such as 2026-11-27T09:00:00Z.
    """
    filters = MessageFilters(request.GET, queryset=_messages(request))
    if not filters.is_valid():
        raise refuse(filters.form)
    return shapes.items(filters.qs, "-created_at", cursor, facts.message)


@router.get("/messages/{pk}", response=responses.MessageTold)
@needs(Scope.READ)
def message_detail(request: Caller, pk: int) -> Any:
    return facts.message(found(_messages(request), pk))


@router.post("/messages/{pk}/cancel", response=responses.MessageTold)
@needs(Scope.SEND)
@once
def message_cancel(request: Caller, pk: int) -> Any:
    """409 where it was too late."""
    message = found(_messages(request), pk)
    if not outbox.cancel(message):
        raise Problem(409, f"It is {message.get_status_display().lower()}: too late to cancel it.")
    return 200, facts.message(message)


@router.get("/numbers", response=responses.Numbers)
@needs(Scope.READ)
def number_list(request: Caller) -> Any:
    shown = ("address", "label", "gateway", "is_default")
    rows = Number.objects.active().order_by("pk")
    return shapes.every(rows, lambda row: {"id": row.pk} | {n: getattr(row, n) for n in shown})


def _whom(request: Caller, given: shapes.MessageIn) -> tuple[Contact | None, str]:
    """Raises Problem."""
    if given.contact is None:
        try:
            return None, phones.parse(str(given.to), settings.DEFAULT_REGION)
        except phones.PhoneInvalid as invalid:
            raise Problem(422, f"to: {invalid}") from invalid
    contact = Contact.objects.visible_to(request.user).filter(pk=given.contact).first()
    if contact is None:
        raise Problem(422, "contact: There is no such contact.")
    phone = contact.phone_to_text()
    if phone is None:
        raise Problem(422, f"{contact.short_name} has no phone number to {given.channel.to_do}.")
    return contact, phone.e164


def _sender(typed: str | None) -> Number | None:
    """Raises Problem."""
    number = ours(typed) if typed else None
    if typed and number is None:
        raise Problem(422, "from: This is none of our numbers.")
    return number


def _messages(request: Caller) -> Any:
    return Message.objects.visible_to(request.user).select_related("contact", "number", "author")
