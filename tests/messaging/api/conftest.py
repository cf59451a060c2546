"""Alice's script, and how it calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from messaging import tokens
from tests.messaging.hooks.conftest import dns  # noqa: F401 (a fixture)

Call = Callable[..., Any]


@pytest.fixture
def secret(alice: User) -> str:
    return tokens.issue(alice, name="Script")[1]


@pytest.fixture
def call(client: Client, secret: str) -> Call:
    """Calls as Alice's script does; gives the answer with its `data`."""

    def called(method: str, path: str, body: Any = None, **headers: str) -> Any:
        raw = body if isinstance(body, bytes | str) else json.dumps(body or {})
        answer = client.generic(
            method,
            f"/api/v1{path}",
            raw,
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"} | headers,
        )
        answer.data = json.loads(answer.content or b"null")  # type: ignore[attr-defined]
        return answer

    return called
