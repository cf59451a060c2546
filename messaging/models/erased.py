"""That a number asked not to be texted, after everything else about its owner was erased."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

ERASED = "Erased"  # stands where a phone stood; the same for everybody, so that it tells nothing


class ErasedOptOutQuerySet(models.QuerySet["ErasedOptOut"]):
    def of(self, phones: Iterable[str]) -> dict[str, datetime]:
        """Which of these opted out before they were erased, and when."""
        if not self.exists():
            return {}
        digests = {digest(phone, key): phone for phone in phones for key in keys()}
        rows = self.filter(digest__in=digests).values_list("digest", "opted_out_at")
        return {digests[found]: at for found, at in rows}

    def unreadable(self) -> ErasedOptOutQuerySet:
        """Made with a key that we do not have any more: nobody knows whom they protect."""
        return self.exclude(key_id__in=[key_id(key) for key in keys()])

    def remember(self, phone: str, opted_out_at: datetime | None) -> None:
        """None: they may be texted, whatever was said before."""
        self.filter(digest__in=[digest(phone, key) for key in keys()]).delete()
        if opted_out_at:
            key = settings.SECRET_KEY
            self.create(digest=digest(phone, key), key_id=key_id(key), opted_out_at=opted_out_at)


class ErasedOptOut(models.Model):
    """
    The number itself is gone: only who holds SECRET_KEY and asks about a number finds it. That
    is done whenever a Recipient is made (Recipient.save), so before any text to it is claimed.
    """

    digest = models.CharField(max_length=64, unique=True)
    key_id = models.CharField(max_length=16)  # which key, without saying it
    opted_out_at = models.DateTimeField()
    erased_at = models.DateTimeField(default=timezone.now)

    objects = ErasedOptOutQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Erased number {self.pk}"


def keys() -> list[str]:
    """Today's first; those that were replaced still find what they made."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def digest(phone: str, key: str) -> str:
    return hmac.new(_own(key), phone.encode(), hashlib.sha256).hexdigest()


def erased_id(phone: str, external_id: str) -> str:
    """What an erased text has in the place of its gateway's id, which may hold the phone."""
    return digest(f"{phone} {external_id}", settings.SECRET_KEY)


def key_id(key: str) -> str:
    return hashlib.sha256(b"id of " + _own(key)).hexdigest()[:16]


def _own(key: str) -> bytes:
    """A key for this purpose alone."""
    return hashlib.sha256(b"erased opt-outs " + key.encode()).digest()
