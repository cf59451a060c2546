"""That somebody was mentioned, until they have seen it."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from contacts.models.comment import Comment
from contacts.models.member import in_team, team_seen
from contacts.models.record import record_types


class NotificationQuerySet(models.QuerySet["Notification"]):
    def of(self, user: Any) -> Self:
        """Theirs, of comments on what they may still see."""
        return self.filter(user=user).on_records_of(team_seen(user))

    def on_records_of(self, team: int | None) -> Self:
        """Of comments on what this team may see; team as team_seen() says."""
        if team is None:
            return self
        seen = Q(pk=None)
        for model in record_types():
            rows = in_team(model.objects.all(), team).values("pk")
            kind = {"app_label": model._meta.app_label, "model": model._meta.model_name}
            is_one = {f"comment__content_type__{name}": value for name, value in kind.items()}
            seen |= Q(comment__object_id__in=rows, **is_one)
        return self.filter(seen)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notification(models.Model):
    """One comment that mentions one member of the team."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="notifications")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # the list of one person's
            models.Index(fields=["user", "-created_at", "-id"], name="notification_latest"),
            # the bell
            models.Index(
                fields=["user"], condition=models.Q(read_at=None), name="notification_unread"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "comment"], name="notification_once"),
        ]

    def __str__(self) -> str:
        return f"Notification {self.pk}"
