"""One text to many: what is sent, to whom, and what became of each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact, Tag, Team
from contacts.models.member import team_seen
from messaging.models.message import Message, Status
from messaging.models.number import Number

A_DAY = timedelta(days=1)
FIRST_CLOCK = ZoneInfo("Pacific/Kiritimati")  # no clock is ahead of this one


class BroadcastQuerySet(models.QuerySet["Broadcast"]):
    def visible_to(self, user: Any) -> Self:
        """
        Where there are teams: their team's, and their own. It names its recipients, so what is of
        no team is only its author's, and admins'.
        """
        if not user.is_authenticated:
            return self.none()
        team = team_seen(user)
        return self if team is None else self.filter(Q(team=team) | Q(author=user.pk))

    def scheduled(self) -> Self:
        """Started for a time that is still to come, for some at least."""
        state = Broadcast.State
        begun = [state.WAITING, state.QUEUEING, state.QUEUED, state.PAUSED]
        now = timezone.now()
        ahead = Q(send_at__gt=now) | Q(is_local=True, send_at__gt=now - A_DAY)
        return self.filter(ahead, state__in=begun)

    def at_work(self) -> Self:
        """With something for a worker to do."""
        writing = Q(state__in=[Broadcast.State.PREPARING, Broadcast.State.QUEUEING])
        to_price = Q(state=Broadcast.State.READY, estimate__isnull=True)
        return self.filter(writing | to_price | Q(halting__isnull=False))


class Broadcast(models.Model):
    """
    Its texts are written out for everybody before anything leaves, so that people see what goes
    to whom; then each becomes a message of its own.

        PREPARING ──▸ READY ◂─▸ (WAITING for a second person) ──▸ QUEUEING ──▸ QUEUED ──▸ FINISHED
                                                    PAUSED ◂──▸ QUEUEING, and STOPPED from all

    The claim asks for the state: from the moment that PAUSED or STOPPED is committed nothing of it
    is claimed. Its queued texts are held or taken back afterwards, by a worker.

    query: the contact list's filters as they stand in its address; "" asks for nobody by them.
    """

    class State(models.TextChoices):
        PREPARING = "preparing", "Preparing"
        READY = "ready", "Ready"
        WAITING = "waiting", "Waiting for approval"
        QUEUEING = "queueing", "Queueing"
        QUEUED = "queued", "Sending"
        FINISHED = "finished", "Finished"
        PAUSED = "paused", "Paused"
        STOPPED = "stopped", "Stopped"

    name = models.CharField(max_length=80)
    text = models.TextField(max_length=1600)
    tags = models.ManyToManyField(Tag, blank=True, related_name="+")
    query = models.CharField(max_length=2000, blank=True)
    pasted = models.TextField(blank=True)
    # Whoever never agreed to texts, as the ledger of their number says, is skipped.
    only_agreed = models.BooleanField(default=False)
    numbers = models.ManyToManyField(Number, blank=True, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")  # its author's
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    recurrence = models.ForeignKey(  # that made it, and starts it
        "Recurrence", models.SET_NULL, null=True, blank=True, related_name="broadcasts"
    )
    edited_by = models.ForeignKey(  # last
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    state = models.CharField(max_length=9, choices=State, default=State.PREPARING)
    send_at = models.DateTimeField(null=True, blank=True)  # None: at once
    # send_at is everybody's own clock: what it says in the installation's zone.
    is_local = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    look_up = models.CharField(max_length=16, blank=True)  # the gateway that does; "": none
    looked_up = models.JSONField(default=dict)  # how many were asked about, dead, or not told
    # How far a worker has come, so that the next one goes on from there.
    prepared_contacts = models.BigIntegerField(default=0)  # the last contact's pk
    prepared_pasted = models.PositiveIntegerField(default=0)  # how many of the pasted
    prepared_lookups = models.BigIntegerField(default=0)  # the last recipient's pk
    queued_to = models.BigIntegerField(default=0)  # the last recipient's pk
    queued = models.JSONField(default=dict)  # our number's pk -> how many texts it was given
    # What its texts cost by gateway and country, as `broadcasts.pricing` noted; None: not yet.
    estimate = models.JSONField(null=True)
    # The last recipient whose text was held or taken back; None: there is nothing of that to do.
    halting = models.BigIntegerField(null=True)
    # The last recipient who was looked at to be texted again, or whose held text was given a time
    # to leave; None: there is nothing of that to do.
    retrying = models.BigIntegerField(null=True)
    releasing = models.BigIntegerField(null=True)
    # What `broadcasts.progress` counted last, of a large one; and whether somebody wants it anew.
    counts = models.JSONField(default=dict)
    counted_at = models.DateTimeField(null=True)
    counts_wanted = models.BooleanField(default=False)

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-created_at", "-id"], name="broadcast_latest"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("messaging:broadcast-detail", args=[self.pk])

    @property
    def is_ahead(self) -> bool:
        """Started for a time that is still to come for everybody."""
        if self.send_at is None or self.state not in {self.State.QUEUEING, self.State.QUEUED}:
            return False
        begins = _first_morning(self.send_at) if self.is_local else self.send_at
        return begins > timezone.now()

    @property
    def is_overdue(self) -> bool:
        """Still without a second person's yes, and the time it was to leave at is over."""
        waits = self.state == self.State.WAITING
        return waits and self.send_at is not None and self.send_at <= timezone.now()


def _first_morning(send_at: datetime) -> datetime:
    """When the first clock there is says what send_at says in the installation's zone."""
    clock = timezone.localtime(send_at, timezone.get_default_timezone())
    return clock.replace(tzinfo=FIRST_CLOCK)


class BroadcastRecipientQuerySet(models.QuerySet["BroadcastRecipient"]):
    def to_queue(self) -> Self:
        """Who gets a text and has no message yet."""
        return self.filter(problem="", message=None)

    def to_look_up(self, broadcast: Broadcast) -> Self:
        """Whose numbers are still to be looked up, in order; nobody's where none are to be."""
        if not broadcast.look_up:
            return self.none()
        return self.to_queue().filter(pk__gt=broadcast.prepared_lookups).order_by("pk")

    def are_waiting(self) -> bool:
        """
        Whether anybody is to get a text that has not left yet: found among the few of all texts
        that have not, not among the very many recipients.
        """
        theirs = self.filter(problem="", message=OuterRef("pk"))
        not_left = Message.objects.filter(status__in=[Status.QUEUED, Status.SENDING])
        return self.to_queue().exists() or not_left.filter(Exists(theirs)).exists()

    def missed(self) -> Self:
        """Whose text failed, or was not delivered."""
        return self.filter(missed=True, problem="", message__isnull=False)

    def to_retry(self) -> Self:
        """Those of them who can be texted again: who was erased has no words left."""
        return self.missed().exclude(text="")

    def skipped(self) -> Self:
        return self.exclude(problem="")


class BroadcastRecipient(models.Model):
    """
    One person of the audience with the words for them, or the problem why there is no text for
    them. One text per phone, whoever has it.
    """

    # Every index below begins with it.
    broadcast = models.ForeignKey(
        Broadcast, models.CASCADE, related_name="recipients", db_index=False
    )
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+")
    phone = models.CharField(max_length=40)  # E.164; with a problem, what was given
    number = models.ForeignKey(Number, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(blank=True)
    segments = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    # Who has none was not texted yet, so the message of who was cannot be deleted.
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="+")
    retry_of = models.ForeignKey(Message, models.PROTECT, null=True, related_name="+")
    # Whether its message is one that did not arrive: hooks.noticing sets it, by the database.
    missed = models.BooleanField(default=False, db_default=False, editable=False)

    objects = BroadcastRecipientQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["broadcast", "id"], name="broadcast_all"),
            models.Index(
                fields=["broadcast", "id"], condition=~Q(problem=""), name="broadcast_skipped"
            ),
            models.Index(
                fields=["broadcast", "id"],
                condition=Q(problem="", message=None),
                name="broadcast_to_queue",
            ),
            # the page's “Not delivered”, and who is retried
            models.Index(
                fields=["broadcast", "id"], condition=Q(missed=True), name="broadcast_missed"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["broadcast", "phone"],
                condition=Q(problem=""),
                name="broadcast_one_text_per_phone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phone} in broadcast {self.broadcast_id}"

    @property
    def sms(self) -> int:
        """How many: as the gateway counted its text, before that as we do."""
        return self.message.segments if self.message else self.segments
