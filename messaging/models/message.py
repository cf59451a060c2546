"""One text, either way, a call, or a message in an app; and each attempt to send it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from contacts import phones
from contacts.models import Contact
from contacts.models.member import seen_by
from messaging.models.channel import Channel
from messaging.models.number import Number


class Direction(models.TextChoices):
    OUTBOUND = "outbound", "Outbound"
    INBOUND = "inbound", "Inbound"


class Status(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    UNDELIVERED = "undelivered", "Not delivered"
    FAILED = "failed", "Failed"
    UNCONFIRMED = "unconfirmed", "Unconfirmed"
    CANCELLED = "cancelled", "Cancelled"
    RECEIVED = "received", "Received"


#: What did not arrive.
MISSED = (Status.FAILED, Status.UNDELIVERED)
#: The `detail` of a text of an earlier time, out of a log: webhooks tell nobody of those.
FROM_A_LOG = "From a log"


#: The indexes of what is no text.
NOT_TEXTS = {"call": "message_calls", "viber": "message_vibers", "whatsapp": "message_whatsapps"}


class Origin(models.TextChoices):
    """By which door a message came in."""

    COMMENT = "comment", "Comment"
    FORM = "form", "Send text"
    QUICK = "quick", "Quick text"
    API = "api", "API"
    BROADCAST = "broadcast", "Broadcast"
    AUTOMATIC = "automatic", "Automatic"
    RECURRING = "recurring", "Recurring"
    GATEWAY = "gateway", "Gateway"
    MAIL = "mail", "E-mail"


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: Any) -> Self:
        """With contacts this user may see, and with bare numbers."""
        return seen_by(self, user, "contact__team")

    def due(self, now: datetime | None = None) -> Self:
        """Queued messages whose time has come, oldest first."""
        now = now or timezone.now()
        return self.filter(status=Status.QUEUED, send_after__lte=now).order_by("send_after", "pk")

    def stranded(self, now: datetime | None = None) -> Self:
        """Claimed by somebody whose lease ran out: nobody knows whether they were sent."""
        return self.filter(status=Status.SENDING, lease_until__lt=now or timezone.now())

    def not_given_up(self) -> Self:
        """What went out or still may; the opposite of failed or taken back."""
        return self.exclude(status__in=[Status.FAILED, Status.CANCELLED])

    def latest_first(self) -> Self:
        return self.order_by("-created_at", "-id")


class Message(models.Model):
    """
    Outbound, and no arrow leads back but the two to QUEUED that say “nothing was sent”:

        QUEUED ──claim──▸ SENDING ──▸ SENT ──▸ DELIVERED
          ▴ │                │  │        └────▸ UNDELIVERED ──▸ DELIVERED
          │ └▸ CANCELLED     │  └▸ FAILED
          │ └▸ FAILED        └───▸ UNCONFIRMED ──▸ any of the above, by proof or by a person
          └── provably not sent ──┘

    Inbound: RECEIVED.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    direction = models.CharField(max_length=8, choices=Direction)
    status = models.CharField(max_length=11, choices=Status)
    origin = models.CharField(max_length=9, choices=Origin)
    # The default is the database's too: texts are stored by hundreds, in plain SQL.
    channel = models.CharField(
        max_length=8, choices=Channel, default=Channel.SMS, db_default=Channel.SMS
    )
    # No index of its own where one below begins with it or is for the few that have any:
    # PostgreSQL writes all indexes of a row anew each time its status changes.
    number = models.ForeignKey(Number, models.PROTECT, related_name="messages", db_index=False)
    gateway = models.CharField(max_length=16)
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
    )
    phone = models.CharField(max_length=16)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    text = models.TextField()
    encoding = models.CharField(max_length=5)
    segments = models.PositiveSmallIntegerField()

    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    send_after = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)  # delivered, or found never to be

    lease_until = models.DateTimeField(null=True)
    claim_token = models.UUIDField(null=True)
    attempt_no = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)  # attempts that count against the limit

    # How often, and since when, the gateway has said it never saw an unconfirmed message.
    looked_up_at = models.DateTimeField(null=True)
    unseen_since = models.DateTimeField(null=True)
    unseen_times = models.PositiveSmallIntegerField(default=0)

    reason = models.CharField(max_length=24, blank=True)  # a word of messaging.gateways.reasons
    detail = models.CharField(max_length=300, blank=True)  # the gateway's own code and words
    external_id = models.CharField(max_length=64, blank=True)
    price = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    retry_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="retries", db_index=False
    )
    reply_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replies", db_index=False
    )
    cancel_on_reply = models.BooleanField(default=False)
    # The one answer to STOP that may still go to a number which just opted out.
    is_confirmation = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)  # somebody called instead, after it failed

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # outbox.claim: what is due from one number
            models.Index(
                fields=["number", "send_after", "id"],
                condition=Q(status="queued"),
                name="message_due",
            ),
            # outbox.sweep: expired leases
            models.Index(
                fields=["lease_until"], condition=Q(status="sending"), name="message_leased"
            ),
            # outbox.reconcile and the Needs attention page
            models.Index(
                fields=["updated_at"], condition=Q(status="unconfirmed"), name="message_unconfirmed"
            ),
            # the conversation and the SMS history of a contact
            models.Index(fields=["contact", "-created_at", "-id"], name="message_thread"),
            # Communications, and its commonest filters
            models.Index(fields=["-created_at", "-id"], name="message_latest"),
            models.Index(fields=["number", "-created_at", "-id"], name="message_by_number"),
            models.Index(fields=["status", "-created_at", "-id"], name="message_by_status"),
            # Communications, narrowed down to what is no text
            *(
                models.Index(fields=["-created_at", "-id"], condition=Q(channel=channel), name=name)
                for channel, name in NOT_TEXTS.items()
            ),
            # a bare number's history, and matching what comes in
            models.Index(fields=["phone", "-created_at", "-id"], name="message_by_phone"),
            # inbox.apply: a report names the gateway's own id
            models.Index(
                fields=["external_id"], condition=~Q(external_id=""), name="message_by_external_id"
            ),
            # a text that was sent again, and one that was answered
            models.Index(
                fields=["retry_of"], condition=Q(retry_of__isnull=False), name="message_retries"
            ),
            models.Index(
                fields=["reply_to"], condition=Q(reply_to__isnull=False), name="message_replies"
            ),
            # /live/: what changed since a moment
            models.Index(fields=["updated_at"], name="message_changed"),
            # the badge in the navigation
            models.Index(
                fields=["contact"],
                condition=Q(direction="inbound", read_at=None),
                name="message_unread",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(direction="inbound", status="received")
                | (Q(direction="outbound") & ~Q(status="received")),
                name="message_status_fits_direction",
            ),
            models.CheckConstraint(
                condition=~Q(status="sending")
                | Q(lease_until__isnull=False, claim_token__isnull=False, attempt_no__gt=0),
                name="message_sending_is_leased",
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(sent_at__isnull=False),
                name="message_sent_has_a_time",
            ),
            models.UniqueConstraint(
                fields=["gateway", "external_id"],
                condition=Q(direction="inbound") & ~Q(external_id=""),
                name="message_inbound_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} message {self.pk}"

    @property
    def is_outbound(self) -> bool:
        return self.direction == Direction.OUTBOUND

    @property
    def is_call(self) -> bool:
        return self.channel == Channel.CALL

    @property
    def way(self) -> Channel:
        """Its channel, with the words people have for it."""
        return Channel(self.channel)

    @property
    def display_phone(self) -> str:
        return phones.show(self.phone)


class Attempt(models.Model):
    """One try to hand a message to its gateway; written before any byte leaves."""

    class Outcome(models.TextChoices):
        OPEN = "open", "Under way"
        ACCEPTED = "accepted", "Accepted"
        NOT_SENT = "not_sent", "Not sent"
        REFUSED = "refused", "Refused"
        UNKNOWN = "unknown", "Unknown"

    # The constraint below begins with it.
    message = models.ForeignKey(Message, models.CASCADE, related_name="attempts", db_index=False)
    attempt_no = models.PositiveSmallIntegerField()
    claim_token = models.UUIDField()
    # The request it shared with others, in which no phone comes twice; None: one of its own.
    batch = models.UUIDField(null=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.OPEN)
    reason = models.CharField(max_length=24, blank=True)
    request = models.TextField(blank=True)  # as it left, credentials removed
    http_status = models.PositiveSmallIntegerField(null=True)
    response = models.TextField(blank=True)
    elapsed_ms = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["attempt_no"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["message", "attempt_no"], name="attempt_once"),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.attempt_no} of message {self.message_id}"
