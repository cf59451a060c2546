"""Who calls in the gateways' dialects."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from messaging import tokens
from messaging.models import Scope
from tests.messaging.hooks.conftest import dns, listener  # noqa: F401 (fixtures)


@pytest.fixture
def secret(alice: User) -> str:
    return tokens.issue(alice, name="Flow")[1]


@pytest.fixture
def reader(alice: User) -> str:
    """A token that may not text."""
    return tokens.issue(alice, name="Reader", scopes=[Scope.READ])[1]
