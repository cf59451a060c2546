"""Open sessions, recovery codes, invitations, and who asked for a new password."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from contacts.roles import Role


class SignIn(models.Model):
    """One session of one person, as their profile lists it. Kept by signing_in.sessions."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, db_index=True)
    began_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)  # the browser's own words

    class Meta:
        ordering: ClassVar[list[str]] = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return f"Session {self.pk} of user {self.user_id}"


class RecoveryCode(models.Model):
    """Stands in once for the code of an authenticator that is lost. Only a digest of it is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once"),
        ]

    def __str__(self) -> str:
        return f"Recovery code {self.pk}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime | None = None) -> Self:
        return self.filter(used_at=None, expires_at__gt=now or timezone.now())


class Invitation(models.Model):
    """A link that makes one account. Found by the SHA-256 of its secret part."""

    LASTS = timedelta(days=7)

    digest = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=8, choices=Role, default=Role.AGENT)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"


class ResetRequest(models.Model):
    """
    Somebody typed an e-mail address to get a new password. A row for an address nobody has too
    (user None), so that both take as long; digests of what was typed and from where, to count by.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    typed = models.CharField(max_length=64)
    place = models.CharField(max_length=64)
    asked_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["asked_at"], name="reset_request_by_time"),
        ]

    def __str__(self) -> str:
        return f"Request {self.pk}"
