"""Fields of one's own on records, and what they hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format

LONGEST = 500
INDEXED = 100  # characters of a text that an index holds


def plain(text: str, number: Decimal | None, day: date | None) -> str:
    """What a value has in its columns, as custom.read() takes it: of a choice the option's id."""
    if number is not None:
        return f"{number.normalize():f}"
    return day.isoformat() if day else text


def compared(text: str) -> str | None:
    """A text as an index holds it."""
    return text.casefold()[:INDEXED] or None


class CustomFieldQuerySet(models.QuerySet["CustomField"]):
    def of(self, model: type[models.Model]) -> Self:
        """Those of one record type, in their order."""
        kind = ContentType.objects.get_for_model(model)
        return self.filter(content_type=kind).order_by("position", "pk")

    def current(self) -> Self:
        """Not archived."""
        return self.filter(archived_at=None)


class CustomField(models.Model):
    """
    One more thing to know about a record type. `key` is its name in texts and in addresses, and
    never changes. An archived field keeps its values and is offered nowhere.

    options, of a choice: [{"id": 1, "name": "Gold"}, …]; one taken away has "gone": true, and
    records that have it keep it.
    """

    class Type(models.TextChoices):
        TEXT = "text", "Text"
        NUMBER = "number", "Number"
        DATE = "date", "Date"
        CHOICE = "choice", "Choice"

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=60)
    type = models.CharField(max_length=6, choices=Type, default=Type.TEXT)
    options = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["content_type", "key"], name="custom_field_key_once"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def name(self) -> str:
        """What it is called in forms, columns and addresses, where no other name begins so."""
        return f"f-{self.key}"

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def is_number(self) -> bool:
        return self.type == self.Type.NUMBER

    def offered(self, kept: str = "") -> list[tuple[str, str]]:
        """Of a choice: ids and names, and with them the one that a record has anyway."""
        return [
            (str(one["id"]), one["name"])
            for one in self.options
            if not one.get("gone") or str(one["id"]) == kept
        ]


class CustomValue(models.Model):
    """
    What a field holds for one record; no row where it holds nothing. A table, and not JSON on the
    record, so that both databases find records by any field through an index.
    """

    # The unique constraint begins with it.
    field = models.ForeignKey(CustomField, models.CASCADE, related_name="values", db_index=False)
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+", db_index=False)
    object_id = models.PositiveBigIntegerField()
    record = GenericForeignKey()
    text = models.CharField(max_length=LONGEST, blank=True)  # of a choice: the id of the option
    # The text as it is compared; NULL for other types, which the index leaves out then.
    sort = models.CharField(max_length=INDEXED, null=True)  # noqa: DJ001
    number = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    day = models.DateField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # a record's page, a page of a list
            models.Index(fields=["content_type", "object_id"], name="custom_value_of_record"),
            # the filters of a list; how a text begins is found whatever the database's language
            models.Index(
                fields=["field", "sort", "object_id"],
                opclasses=["int8_ops", "varchar_pattern_ops", "int8_ops"],
                condition=models.Q(sort__isnull=False),
                name="custom_value_by_text",
            ),
            models.Index(
                fields=["field", "number", "object_id"],
                condition=models.Q(number__isnull=False),
                name="custom_value_by_number",
            ),
            models.Index(
                fields=["field", "day", "object_id"],
                condition=models.Q(day__isnull=False),
                name="custom_value_by_day",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["field", "object_id"], name="custom_value_once"),
        ]

    def __str__(self) -> str:
        return f"{self.field_id} of {self.object_id}"

    @property
    def value(self) -> Any:
        """As a form has it: a str, Decimal or date."""
        return {"number": self.number, "date": self.day}.get(self.field.type, self.text)

    @value.setter
    def value(self, new: Any) -> None:
        self.text = new if isinstance(new, str) else ""
        self.sort = compared(self.text)
        self.number = new if isinstance(new, Decimal) else None
        self.day = new if isinstance(new, date) else None

    @property
    def words(self) -> str:
        """For people to read."""
        if self.number is not None:
            return f"{self.number.normalize():,f}"
        if self.day is not None:
            return date_format(self.day)
        return self._text()

    @property
    def plain(self) -> str:
        """For programs and tables: 1250.5, 2026-11-27, of a choice its name."""
        return plain(self._text(), self.number, self.day)

    def _text(self) -> str:
        if self.field.type == CustomField.Type.CHOICE:
            return next((n for pk, n in self.field.offered(self.text) if pk == self.text), "")
        return self.text
