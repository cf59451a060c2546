"""Outgoing webhooks: who hears of what, and each piece of news on its way to them."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from messaging.models.message import Message
from messaging.models.sealed import SealedField, Unreadable

#: What one may hear of: the field, and its words.
EVENTS = {
    "on_received": "A text comes in",
    "on_status": "A text's status changes",
    "on_contact": "A contact is added, changed or deleted",
    "on_optout": "A number opts out, or comes back",
}
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
RESTS_AFTER = 5  # failures in a row


def new_secret() -> str:
    """`whsec_` and 32 random bytes, as Standard Webhooks writes them (read November 2026)."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


class HookQuerySet(models.QuerySet["Hook"]):
    def awake(self, now: datetime | None = None) -> Self:
        """Neither paused nor resting after failures."""
        rested = Q(rest_until=None) | Q(rest_until__lte=now or timezone.now())
        return self.filter(rested, active=True)

    def failing(self) -> Self:
        """Where somebody has to look: it keeps failing, or was paused because it is gone."""
        return self.filter(Q(failures__gte=RESTS_AFTER) | Q(failures__gt=0, active=False))


class Hook(models.Model):
    """
    An address that hears of what happens. A paused one hears later. The secret signs; while it is
    being changed the one before signs too. headers: one line each, only where a dialect asked.
    """

    class Manner(models.TextChoices):
        """How it is told: as docs/api.md says, or in seven's words."""

        OURS = "ours", "smscrm"
        SEVEN_JSON = "seven-json", "seven, JSON"
        SEVEN_FORM = "seven-form", "seven, form"
        SEVEN_GET = "seven-get", "seven, GET"

    url = models.CharField("address", max_length=500)
    note = models.CharField(max_length=60, blank=True)
    on_received = models.BooleanField(default=False)
    on_status = models.BooleanField(default=False)
    on_contact = models.BooleanField(default=False)
    on_optout = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    secret = SealedField(default=new_secret, editable=False)
    previous_secret = SealedField(blank=True, editable=False)
    previous_until = models.DateTimeField(null=True, editable=False)

    manner = models.CharField(max_length=10, choices=Manner, default=Manner.OURS, editable=False)
    headers = SealedField(blank=True, editable=False)  # may hold a password of the other side
    event_filter = models.CharField(max_length=40, blank=True, editable=False)

    failures = models.PositiveIntegerField(default=0, editable=False)  # in a row
    failing_since = models.DateTimeField(null=True, editable=False)
    rest_until = models.DateTimeField(null=True, editable=False)

    objects = HookQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return self.note or self.url

    @property
    def hears(self) -> list[str]:
        """What it hears of, in the words of the form."""
        return [words for name, words in EVENTS.items() if getattr(self, name)]

    @property
    def secrets(self) -> list[str]:
        """What signs now, the newest first; none that cannot be read any more."""
        until = self.previous_until
        old = [self.previous_secret] if until and until > timezone.now() else []
        return [one for one in (self.secret, *old) if not isinstance(one, Unreadable)]


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime | None = None) -> Self:
        waiting = self.filter(state=Delivery.State.WAITING)
        return waiting.filter(try_at__lte=now or timezone.now()).order_by("try_at", "pk")


class Delivery(models.Model):
    """
    One piece of news for one address, written by the database itself in the transaction of the
    change (hooks.noticing), and the queue of what is still to be told. What is said is put in
    words once, at the first try; until then further changes of the same contact join it.

    No hook: the address is of one text alone (CallerNote). subject: the id of the message or
    contact, or the phone; detail: its status then, or what was done.
    """

    class Event(models.TextChoices):
        RECEIVED = "message.received", "Text came in"
        STATUS = "message.status", "Status changed"
        CONTACT = "contact.changed", "Contact changed"
        OPTOUT = "optout.changed", "Opt-out changed"
        PING = "ping", "Test"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Given up"

    hook = models.ForeignKey(Hook, models.CASCADE, null=True, related_name="deliveries")
    url = models.CharField(max_length=500, blank=True)
    event = models.CharField(max_length=16, choices=Event)
    subject = models.CharField(max_length=20)
    detail = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField(default=timezone.now)

    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(default=AT_ONCE)  # while one is under way: when it is lost
    give_up_at = models.DateTimeField(null=True)

    uid = models.UUIDField(null=True)
    body = models.TextField(blank=True)
    http_status = models.PositiveSmallIntegerField(null=True)
    response = models.TextField(blank=True)
    problem = models.CharField(max_length=300, blank=True)
    elapsed_ms = models.PositiveIntegerField(null=True)
    tried_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # hooks.delivering: what is due for one address
            models.Index(
                fields=["hook", "try_at", "id"], condition=Q(state="waiting"), name="delivery_due"
            ),
            # hooks.bell: whether anything is due
            models.Index(fields=["try_at"], condition=Q(state="waiting"), name="delivery_waiting"),
            # the log of one address
            models.Index(fields=["hook", "-at", "-id"], name="delivery_log"),
            # what is old, for hooks.keeping
            models.Index(fields=["at"], name="delivery_age"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["hook", "subject"],
                condition=Q(event="contact.changed", state="waiting", tries=0),
                name="delivery_contact_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject}"


class CallerNote(models.Model):
    """What a caller of a gateway's dialect said about its text, and wants to hear again."""

    message = models.OneToOneField(
        Message, models.CASCADE, primary_key=True, related_name="caller_note"
    )
    foreign_id = models.CharField(max_length=64, blank=True)
    label = models.CharField(max_length=100, blank=True)
    report_url = models.CharField(max_length=500, blank=True)
    request_id = models.UUIDField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # hooks.bell: whether anybody waits to be told
            models.Index(
                fields=["message"], condition=~Q(report_url=""), name="caller_note_report"
            ),
        ]

    def __str__(self) -> str:
        return f"Note on {self.message_id}"


class Courier(models.Model):
    """The one row: until when somebody is delivering, so that never all workers are."""

    busy_until = models.DateTimeField(default=AT_ONCE)

    def __str__(self) -> str:
        return "Courier"
