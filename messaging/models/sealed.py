"""
Words that stand in the database encrypted, such as what signs webhooks: who gets a backup without
SECRET_KEY cannot read them.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

_PURPOSE = b"smscrm: what is sealed in the database"  # so that the key is good for nothing else


class Unreadable(str):
    """Sealed with a key that is gone: kept as it is, should the key come back."""

    __slots__ = ()


def seal(words: str) -> str:
    """Encrypted with today's SECRET_KEY; nothing stays nothing."""
    return _box().encrypt(words.encode()).decode() if words else ""


def unseal(sealed: str) -> str:
    """The words, whether today's key sealed them or one of SECRET_KEY_FALLBACKS; or Unreadable."""
    try:
        return _box().decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        return Unreadable(sealed)


class SealedField(models.TextField):  # type: ignore[type-arg]
    """Plain in Python, sealed in the database, where nothing can be looked for in it."""

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return None if value is None else unseal(value)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Unreadable):
            return value
        return seal(str(value))


def _box() -> MultiFernet:
    return _made((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=8)
def _made(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(key.encode())
