"""A list as somebody wants to see it again: under a name."""

from __future__ import annotations

from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from contacts.roles import Right, may

LONGEST = 2_000
#: Of an address, what is no part of a view: where in the list, and which view it is.
FLEETING = frozenset({"cursor", "view", "did"})


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: Any) -> Self:
        """Their own, and those of the whole team."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(Q(owner=user.pk) | Q(is_shared=True))

    def may_be_changed_by(self, user: Any) -> Self:
        """Their own; whoever runs the installation also changes what is shared."""
        runs = may(user, Right.RUN)
        return self.filter(Q(owner=user.pk) | Q(is_shared=True) if runs else Q(owner=user.pk))


class SavedView(models.Model):
    """query: filters, order and columns, as they stand in the address of the list."""

    class List(models.TextChoices):
        CONTACTS = "contacts", "Contacts"
        COMPANIES = "companies", "Companies"
        DEALS = "deals", "Deals"
        COMMUNICATIONS = "communications", "Communications"

    of = models.CharField(max_length=14, choices=List)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=LONGEST, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    is_shared = models.BooleanField(default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["of", "owner"], name="saved_view_of_list"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["of", "owner", "name"], name="saved_view_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        start = f"{self.query}&" if self.query else ""
        return f"{self.list_url}?{start}view={self.pk}"

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands among the views of its list: they go by name."""
        return self.name.casefold(), self.pk

    @property
    def list_url(self) -> str:
        return f"{reverse('contacts:contact-list').rpartition('contacts/')[0]}{self.of}/"


def tidy(query: str) -> str:
    """An address's question without what is empty or fleeting, so that two can be compared."""
    pairs = parse_qsl(query[: 4 * LONGEST], max_num_fields=200)
    return urlencode([(name, value) for name, value in pairs if name not in FLEETING])
