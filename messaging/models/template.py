"""Words that are texted again and again, under a name."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from contacts.roles import Right, may

name_is_valid = RegexValidator(
    r"^[^\W_][\w-]{0,38}\Z", "A name is one word of letters, digits and hyphens, such as hello."
)


class TemplateQuerySet(models.QuerySet["Template"]):
    def visible_to(self, user: Any) -> Self:
        """Their own, and what everybody may use."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(is_shared=True) | Q(owner=user.pk))

    def named(self, name: str, user: Any) -> Template | None:
        """The one this user means by /name: their own before everybody's."""
        rows = list(self.visible_to(user).filter(name=name.casefold()))
        return min(rows, key=lambda row: row.owner_id != user.pk, default=None)

    def may_be_changed_by(self, user: Any) -> Self:
        """Their own; and everybody's, for admins."""
        rows = self.visible_to(user)
        return rows if may(user, Right.RUN) else rows.filter(owner=user.pk)


class Template(models.Model):
    """`name` without its slash, folded; `text` with merge fields (messaging.merging)."""

    name = models.CharField(max_length=39, validators=[name_is_valid])
    text = models.TextField(max_length=1600)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_shared = models.BooleanField(default=True)  # with the whole team
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "is_shared", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(is_shared=True), name="template_shared_once"
            ),
            models.UniqueConstraint(fields=["owner", "name"], name="template_own_once"),
        ]

    def __str__(self) -> str:
        return f"/{self.name}"
