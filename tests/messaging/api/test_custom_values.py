"""Custom fields of contacts: by their keys, checked as in the form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from contacts.models import Comment, Contact, CustomField

Call = Callable[..., Any]
GIVEN = {"heard": "Fair", "budget": 1250.5, "since": "2026-11-27", "level": "gold"}
HELD = {"heard": "Fair", "budget": "1250.5", "since": "2026-11-27", "level": "Gold"}


@pytest.fixture(autouse=True)
def fields(db: None) -> dict[str, CustomField]:
    kinds = {"heard": "text", "budget": "number", "since": "date", "level": "choice"}
    options = [{"id": 1, "name": "Gold"}, {"id": 2, "name": "Tin", "gone": True}]
    kind = ContentType.objects.get_for_model(Contact)
    return {
        key: CustomField.objects.create(
            content_type=kind,
            key=key,
            label=key.title(),
            type=type_,
            position=place,
            options=options if type_ == "choice" else [],
        )
        for place, (key, type_) in enumerate(kinds.items())
    }


def test_they_are_written_read_and_emptied(call: Call) -> None:
    made = call("post", "/contacts", {"first_name": "Ida", "custom": GIVEN}).json()
    assert made["custom"] == HELD

    address = f"/contacts/{made['id']}"
    changed = call("patch", address, {"custom": {"budget": None, "heard": ""}}).json()
    assert changed["custom"] == {"since": "2026-11-27", "level": "Gold"}
    assert call("get", address).json() == changed
    assert call("get", "/contacts").json()["items"][0]["custom"] == changed["custom"]


def test_what_is_left_out_stays(call: Call) -> None:
    made = call("post", "/contacts", {"first_name": "Ida", "custom": GIVEN}).json()

    assert call("patch", f"/contacts/{made['id']}", {"notes": "x"}).json()["custom"] == HELD


def test_a_change_of_one_stands_on_the_timeline(call: Call, carol: Contact) -> None:
    call("patch", f"/contacts/{carol.pk}", {"custom": {"heard": "Fair"}})

    assert "Fair" in str(Comment.objects.on(carol).get().details)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"colour": "red"}, "custom.colour: There is no such field."),
        ({"budget": "much"}, "custom.budget: Write a number"),
        ({"budget": 1e300}, "custom.budget: "),
        ({"since": "27/11/2026"}, "custom.since: Write a date such as 2026-11-27."),
        ({"since": "2026-02-30"}, "custom.since: Enter a valid date."),
        ({"level": "Silver"}, "custom.level: "),
        ({"level": "1"}, "custom.level: "),
        ({"level": "Tin"}, "custom.level: "),
        ({"heard": "x" * 501}, "custom"),
        ({"heard": ["Fair"]}, "custom"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_name_and_nothing_is_stored(
    call: Call, given: dict[str, Any], sentence: str
) -> None:
    answer = call("post", "/contacts", {"first_name": "Ida", "custom": given})

    assert answer.status_code == 422
    assert sentence in str(answer.json())
    assert not Contact.objects.exists()


def test_an_archived_field_is_neither_told_nor_taken(
    call: Call, fields: dict[str, CustomField]
) -> None:
    made = call("post", "/contacts", {"first_name": "Ida", "custom": GIVEN}).json()
    fields["heard"].archived_at = timezone.now()
    fields["heard"].save()

    address = f"/contacts/{made['id']}"
    assert "heard" not in call("get", address).json()["custom"]
    assert call("patch", address, {"custom": {"heard": "Fair"}}).status_code == 422


def test_an_option_taken_away_is_kept_by_who_has_it(
    call: Call, fields: dict[str, CustomField]
) -> None:
    made = call("post", "/contacts", {"first_name": "Ida", "custom": GIVEN}).json()
    fields["level"].options[0]["gone"] = True
    fields["level"].save()

    again = call("patch", f"/contacts/{made['id']}", {"custom": {"level": "Gold"}})

    assert again.json()["custom"]["level"] == "Gold"
