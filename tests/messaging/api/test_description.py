"""
The description is true: whatever the API is asked, valid or not, it answers as it says, and never
with an error of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from contacts.models import Company, Contact, Deal, Member
from contacts.roles import Role
from messaging import broadcasts, consent, tokens
from messaging.api.urls import api
from messaging.models import Broadcast, Hook, Number, Template

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


DESCRIBED = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema())))
DESCRIBED.app = get_wsgi_application()
OPERATIONS = {found.ok().label: found.ok() for found in DESCRIBED.get_all_operations()}
FEW = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(params=[Role.ADMIN, Role.AGENT, Role.READER])
def key(alice: User, request: pytest.FixtureRequest) -> dict[str, str]:
    """Of each of three roles; answers come as they are, not packed."""
    Member.objects.filter(user=alice).update(role=request.param)
    secret = tokens.issue(alice, name="Anybody")[1]
    return {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}


@pytest.fixture
def things(
    alice: User, carol: Contact, roof: Deal, bakery: Company, number: Number, sent: Any
) -> dict[str, Any]:
    """Something of everything to be found, changed and deleted: what addresses say for it."""
    Template.objects.create(name="hello", text="Hi", owner=alice)
    Broadcast.objects.create(name="Open day", text="Hi", pasted="+442079460123", author=alice)
    broadcasts.work()
    consent.opt_out("+12125550123", source="reply", words="STOP")
    hook = Hook.objects.create(url="https://93.184.216.34/", on_status=True)
    rows = (sent(), Template.objects.get(), Broadcast.objects.get(), carol, hook, bakery, roof)
    nouns = ("messages", "templates", "broadcasts", "contacts", "webhooks", "companies", "deals")
    return dict(zip(nouns, ({"pk": row.pk} for row in rows), strict=True)) | {
        "opt-outs": {"phone": "+12125550123"},
        "{nouns}": {"nouns": "deals", "pk": roof.pk},
    }


@pytest.fixture
def one_connection() -> Iterator[None]:
    """What the test's transaction stands on is not closed behind each request."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("label", OPERATIONS)
def test_every_operation_answers_as_it_says(
    label: str, key: dict[str, str], things: dict[str, Any]
) -> None:
    statuses: set[int] = set()
    there = things.get(label.split("/")[3], {})

    @given(case=OPERATIONS[label].as_strategy(), of_what_is_there=booleans())
    @FEW
    def answers(case: Any, of_what_is_there: bool) -> None:
        if of_what_is_there:
            case.path_parameters |= {n: v for n, v in there.items() if n in case.path_parameters}
        statuses.add(case.call_and_validate(headers=key, checks=CHECKS).status_code)

    answers()

    assert statuses
    assert 401 not in statuses
    assert statuses != {404}
