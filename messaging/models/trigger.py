"""Comment prefixes that text, call, or write in an app; and from which number."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.contenttypes.models import ContentType
from django.core.validators import RegexValidator
from django.db import models

from contacts.models import Record
from contacts.prepared import Prepared
from messaging.models.channel import Channel
from messaging.models.number import Number

word_is_valid = RegexValidator(
    r"^[^\W_][\w-]{0,18}:$", "A prefix is one word with a colon, such as sales:"
)


class TriggerQuerySet(models.QuerySet["Trigger"]):
    def on(self, record: Record) -> list[Trigger]:
        """The active triggers that work on this record."""
        return _on_type(ContentType.objects.get_for_model(record).pk)


class Trigger(models.Model):
    """
    A comment that starts with `prefix` sends the rest by `channel`, from `number`; without one,
    from the number the contact was last in conversation with, else the default. No record types:
    all.
    """

    prefix = models.CharField(max_length=20, unique=True, validators=[word_is_valid])
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.SMS)
    number = models.ForeignKey(
        Number, models.PROTECT, null=True, blank=True, related_name="triggers"
    )
    record_types = models.ManyToManyField(ContentType, blank=True, related_name="+")
    active = models.BooleanField(default=True)

    objects = TriggerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["prefix"]

    def __str__(self) -> str:
        return self.prefix

    @property
    def is_call(self) -> bool:
        return self.channel == Channel.CALL

    @property
    def way(self) -> Channel:
        """Its channel, with the words people have for it."""
        return Channel(self.channel)


_on_type = Prepared(
    lambda kind: Trigger.objects.filter(
        models.Q(record_types=None) | models.Q(record_types=kind), active=True
    ).select_related("number"),
    int,
)
