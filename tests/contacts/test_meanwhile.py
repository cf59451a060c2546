"""The same record in two tabs: neither loses what the other saved."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from contacts import custom
from contacts.models import Comment, Contact, CustomField, Deal, Tag

ROOF = {"title": "New roof", "stage": "lead", "contact": "Carol Finch"}


def opened(browser: Client, record: Any) -> str:
    """What a tab was shown, for its hidden field."""
    return str(browser.get(f"{record.get_absolute_url()}edit/").context["shown"])


def save(browser: Client, deal: Deal, **typed: str) -> Any:
    return browser.post(f"{deal.get_absolute_url()}edit/", ROOF | typed)


def test_what_this_form_left_alone_stays_as_somebody_else_saved_it(
    alices_browser: Client, roof: Deal
) -> None:
    first, second = opened(alices_browser, roof), opened(alices_browser, roof)
    save(alices_browser, roof, notes="Steep\r\nand wet", amount="900", shown=first)

    answer = save(alices_browser, roof, stage="survey", shown=second)

    roof.refresh_from_db()
    assert answer.status_code == 302
    assert (roof.notes, roof.amount, roof.stage) == ("Steep\r\nand wet", 900, "survey")
    assert Comment.objects.on(roof)[0].body == "changed Stage from Lead to Survey"


def test_what_both_changed_is_told_and_saved_the_second_time(
    alices_browser: Client, roof: Deal
) -> None:
    first, second = opened(alices_browser, roof), opened(alices_browser, roof)
    save(alices_browser, roof, notes="Steep", shown=first)

    answer = save(alices_browser, roof, notes="Flat", shown=second)
    page = unescape(answer.content.decode())
    roof.refresh_from_db()
    assert answer.status_code == 422
    assert "Somebody saved this meanwhile. Notes: now “Steep”." in page
    assert ">\nFlat</textarea>" in page
    assert roof.notes == "Steep"

    save(alices_browser, roof, notes="Flat", shown=answer.context["shown"])
    roof.refresh_from_db()
    assert roof.notes == "Flat"


def test_another_mistake_does_not_hide_it(alices_browser: Client, roof: Deal) -> None:
    first, second = opened(alices_browser, roof), opened(alices_browser, roof)
    save(alices_browser, roof, notes="Steep", shown=first)
    wrong = save(alices_browser, roof, title="", notes="Flat", shown=second)

    answer = save(alices_browser, roof, notes="Flat", shown=wrong.context["shown"])

    assert answer.status_code == 422
    assert "Notes: now “Steep”." in answer.content.decode()


def test_both_may_say_the_same(alices_browser: Client, roof: Deal) -> None:
    shown = opened(alices_browser, roof)
    save(alices_browser, roof, notes="Steep", shown=shown)

    assert save(alices_browser, roof, notes="Steep", shown=shown).status_code == 302


@pytest.mark.parametrize("shown", ["x", ",,:", "notes", "notes:zz,phones:", "a:b:c"])
def test_nonsense_is_no_error_of_ours(alices_browser: Client, roof: Deal, shown: str) -> None:
    assert save(alices_browser, roof, notes="Steep", shown=shown).status_code in {302, 422}


def test_tags_phones_and_fields_of_ones_own_are_told(
    alices_browser: Client, carol: Contact
) -> None:
    field = CustomField.objects.create(
        content_type=ContentType.objects.get_for_model(Contact),
        key="rent",
        label="Rent",
        type="text",
    )
    address = f"{carol.get_absolute_url()}edit/"
    shown = opened(alices_browser, carol)
    carol.tags.add(Tag.objects.create(name="VIP"))
    carol.phones.update(label="Boat")
    custom.keep(carol, {field: "900"})

    answer = alices_browser.post(
        address,
        {
            "first_name": "Carol",
            "phones-TOTAL_FORMS": "0",
            "phones-INITIAL_FORMS": "0",
            "shown": shown,
        },
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Tags: now “VIP”." in page
    assert "Phones: now “+1 212-555-0123 (Boat)”." in page
    assert "Rent: now “900”." in page
