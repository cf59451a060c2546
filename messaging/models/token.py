"""Access tokens: who may use the API, and for what. The token itself is not kept."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Scope(models.TextChoices):
    """What a token is good for; its owner's own rights bound it besides."""

    READ = "read", "Read records and texts"
    WRITE = "write", "Change records, comment"
    SEND = "send", "Text and call"
    HOOKS = "hooks", "Manage webhooks"


class TokenQuerySet(models.QuerySet["Token"]):
    def usable(self, now: datetime | None = None) -> Self:
        """Neither revoked nor expired, and of somebody who may sign in."""
        lasting = Q(expires_at=None) | Q(expires_at__gt=now or timezone.now())
        return self.filter(lasting, revoked_at=None, user__is_active=True)


class Token(models.Model):
    """Found by the SHA-256 of what its owner was shown once. Made by messaging.tokens."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField(max_length=12, editable=False)  # its beginning, to tell it by
    scopes = models.JSONField(default=list)  # words of Scope
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and not self.is_expired

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def scope_labels(self) -> list[str]:
        return [str(scope.label) for scope in Scope if scope.value in self.scopes]
