"""What somebody typed, and what leaves: templates and fields in the same words."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from contacts.models import Contact
from messaging import expansion, outbox
from messaging.models import Template


@pytest.fixture
def hello(alice: User) -> None:
    Template.objects.create(name="hello", text="Hi {first_name}!", owner=alice)


@pytest.mark.parametrize(
    ("typed", "leaves"),
    [
        ("/hello", "Hi Carol!"),
        ("/hello See you, {first_name}.", "Hi Carol! See you, Carol."),
        ("/hello {job_title|Sir}", "Hi Carol! Sir"),
        (r"\/hello {first_name}", "/hello Carol"),
        ("/hello {not a field}", "Hi Carol! {not a field}"),
    ],
)
def test_fields_behind_a_template_are_filled_too(
    carol: Contact, alice: User, hello: None, typed: str, leaves: str
) -> None:
    assert expansion.expand(typed, contact=carol, author=alice) == leaves


@pytest.mark.parametrize("typed", ["/hello {job_title}", "/hello {frist_name}", r"\/x {job_title}"])
def test_and_what_cannot_be_filled_does_not_leave(
    carol: Contact, alice: User, hello: None, typed: str
) -> None:
    with pytest.raises(outbox.CannotSend, match=r"is empty|no field"):
        expansion.expand(typed, contact=carol, author=alice)
