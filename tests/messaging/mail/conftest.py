"""An office whose mail server vouches for what comes from example.com."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

DOMAIN, SERVER = "sms.example.com", "mx.example.com"


@pytest.fixture(autouse=True)
def _texting_by_mail(settings: Any) -> None:
    settings.MAIL_DOMAIN, settings.MAIL_AUTHSERV_ID = DOMAIN, SERVER
    settings.EMAIL_URL = "smtp://127.0.0.1:25"


@pytest.fixture
def alice(alice: User) -> User:
    """She writes mails."""
    alice.email = "alice@example.com"
    alice.save()
    return alice
