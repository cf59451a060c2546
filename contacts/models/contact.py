"""People, their phones and their tags."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from contacts import phones
from contacts.models.record import Record
from contacts.prepared import Prepared

# Sort columns are never NULL: a keyset page compares rows, and NULL compares with nothing.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
HUES = 8


def validate_time_zone(name: str) -> None:
    if name not in _time_zones():
        raise ValidationError(f"“{name}” is not a time zone; try one like Europe/Berlin.")


@cache
def _time_zones() -> set[str]:
    """Read from hundreds of files, which takes a while."""
    return available_timezones()


def called(first_name: str, last_name: str, email: str) -> tuple[str, str]:
    """What lists show of a person, and what they sort by."""
    name = f"{first_name} {last_name}".strip() or email or "No name"
    return name[:170], name.casefold()[:170]


class Tag(models.Model):
    """A coloured word on contacts."""

    name = models.CharField(max_length=40, unique=True)
    hue = models.PositiveSmallIntegerField(default=1)  # 1 to HUES: a class of the style sheet

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


ROLLUPS = {"last_texted_at", "last_reply_at", "texts_sent", "texts_received"}


class Contact(Record):
    """
    A person. `name`, `sort_name` and the roll-ups are kept beside the fields they follow, so
    that lists sort and page by an index.
    """

    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=170, editable=False)
    sort_name = models.CharField(max_length=170, editable=False)
    job_title = models.CharField(max_length=120, blank=True)
    company = models.ForeignKey(
        "contacts.Company",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
    )
    email = models.EmailField("e-mail", blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="contacts")
    time_zone = models.CharField(max_length=40, blank=True, validators=[validate_time_zone])

    # Roll-ups of the communications with this person, written by whoever communicates.
    last_texted_at = models.DateTimeField(default=NEVER, editable=False)
    last_reply_at = models.DateTimeField(default=NEVER, editable=False)
    texts_sent = models.PositiveIntegerField(default=0, editable=False)
    texts_received = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        # One index per order of the contact list; id makes each order total.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sort_name", "id"], name="contact_by_name"),
            models.Index(fields=["-last_texted_at", "-id"], name="contact_by_texted"),
            models.Index(fields=["-last_reply_at", "-id"], name="contact_by_reply"),
            models.Index(fields=["-texts_sent", "-id"], name="contact_by_texts"),
            models.Index(fields=["-created_at", "-id"], name="contact_by_created"),
            # importing.known: who has this address; contacts.duplicates: which stand there twice
            models.Index(Lower("email"), name="contact_by_email"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What others count meanwhile is left alone: only an update that names it changes it."""
        self.settle()
        if not (args or kwargs or self._state.adding or self.get_deferred_fields()):
            every = (f.name for f in self._meta.concrete_fields if not f.primary_key)
            kwargs["update_fields"] = [name for name in every if name not in ROLLUPS]
        super().save(*args, **kwargs)

    def settle(self) -> None:
        """What follows from the other fields; before every save, and by hand before a bulk."""
        self.name, self.sort_name = called(self.first_name, self.last_name, self.email)

    def get_absolute_url(self) -> str:
        return reverse("contacts:contact-detail", args=[self.pk])

    def leads_to(self) -> Contact:
        return self

    @property
    def short_name(self) -> str:
        """How people speak of them: the first name where there is one."""
        return self.first_name or self.name

    def phone_to_text(self) -> Phone | None:
        """The mobile; with none, the primary; with none, the first that is there."""
        mobile = Phone.Kind.MOBILE
        fetched = "phones" in getattr(self, "_prefetched_objects_cache", {})
        rows = self.phones.all() if fetched else _phones_of(self.pk)
        return min(rows, key=lambda p: (p.kind != mobile, not p.is_primary, p.pk), default=None)


class Phone(models.Model):
    """A contact's number. The display form is stored beside it: formatting is slow in lists."""

    class Kind(models.TextChoices):
        MOBILE = "mobile", "Mobile"
        WORK = "work", "Work"
        HOME = "home", "Home"
        MAIN = "main", "Main"
        OTHER = "other", "Other"

    # phone_once_per_contact serves both who asks for a contact's phones and who goes through names.
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="phones", db_index=False)
    e164 = models.CharField(max_length=16)
    display = models.CharField(max_length=32, editable=False)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.MOBILE)
    label = models.CharField(max_length=40, blank=True)
    is_primary = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-is_primary", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["e164"], name="phone_by_number"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contact", "e164"], name="phone_once_per_contact"),
            models.UniqueConstraint(
                fields=["contact"],
                condition=models.Q(is_primary=True),
                name="phone_one_primary_per_contact",
            ),
        ]

    def __str__(self) -> str:
        return self.display

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.display = phones.show(self.e164)
        super().save(*args, **kwargs)


_phones_of = Prepared(lambda contact: Phone.objects.filter(contact_id=contact), int)
