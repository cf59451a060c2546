"""What was changed through a form stands on the timeline, one entry for each save."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from contacts import changes
from contacts.models import Comment, Company, Contact, Deal, Phone, Tag

ROOF = {"title": "New roof", "stage": "lead", "contact": "Carol Finch"}


def edit(browser: Client, deal: Deal, **typed: str) -> Any:
    return browser.post(reverse("contacts:deal-edit", args=[deal.pk]), ROOF | typed)


def test_a_change_says_who_changed_what_from_what_to_what(
    alices_browser: Client, alice: User, roof: Deal
) -> None:
    edit(alices_browser, roof, stage="survey")
    edit(alices_browser, roof, stage="quote_sent")

    entry = Comment.objects.on(roof)[0]
    page = alices_browser.get(roof.get_absolute_url()).content.decode()
    assert (entry.kind, entry.author) == ("change", alice)
    assert entry.body == "changed Stage from Survey to Quote sent"
    assert entry.details == [
        {"field": "stage", "label": "Stage", "before": "Survey", "after": "Quote sent"}
    ]
    assert "changed <b>Stage</b> from <s>Survey</s> to <b>Quote sent</b>" in page


def test_one_save_is_one_entry_with_all_its_fields(alices_browser: Client, roof: Deal) -> None:
    edit(alices_browser, roof, amount="1250", due_on="2026-12-24", contact="")

    entry = Comment.objects.on(roof).get()
    assert [change["label"] for change in entry.details] == ["Contact", "Amount", "Due on"]
    assert "removed Contact Carol Finch" in entry.body
    assert "set Amount to 1,250.00" in entry.body
    assert "set Due on to 24 Dec 2026" in entry.body


def test_a_save_that_changes_nothing_says_nothing(alices_browser: Client, roof: Deal) -> None:
    edit(alices_browser, roof)

    assert not Comment.objects.exists()


def test_what_was_refused_says_nothing(alices_browser: Client, roof: Deal) -> None:
    answer = edit(alices_browser, roof, stage="moon")

    assert answer.status_code == 422
    assert not Comment.objects.exists()


def test_long_notes_are_not_repeated(alices_browser: Client, roof: Deal) -> None:
    edit(alices_browser, roof, notes="One line.\nAnd another.")

    assert Comment.objects.get().body == "changed Notes"


def test_owners_are_called_by_their_names(alices_browser: Client, bob: User, roof: Deal) -> None:
    edit(alices_browser, roof, owner=str(bob.pk))

    assert Comment.objects.get().body == "set Owner to Bob"


def test_tags_and_phones_are_changes_too(carol: Contact, alice: User) -> None:
    before = changes.snapshot(carol)
    carol.tags.add(Tag.objects.create(name="Priority"))
    Phone.objects.create(contact=carol, e164="+442079460958", kind="work")

    changes.note(carol, author=alice, before=before)

    details = {change["field"]: change for change in Comment.objects.get().details}
    assert details["tags"]["after"] == "Priority"
    assert details["phones"]["before"] == "+1 212-555-0123 (Mobile)"
    assert "+44 20 7946 0958 (Work)" in details["phones"]["after"]


def test_a_change_texts_nobody_whatever_its_words(
    alices_browser: Client, number: Any, carol: Contact
) -> None:
    carol.company = Company.objects.create(name="sms: Hello")
    before = changes.snapshot(Contact.objects.get(pk=carol.pk))
    carol.save()

    changes.note(carol, author=User.objects.get(), before=before)

    assert Comment.objects.get().kind == "change"
    assert not carol.messages.exists()


@pytest.mark.parametrize(("show", "kinds"), [("", 2), ("changes", 1), ("comments", 1), ("sms", 0)])
def test_changes_are_a_filter_of_the_timeline(
    alices_browser: Client, roof: Deal, show: str, kinds: int
) -> None:
    edit(alices_browser, roof, stage="won")
    alices_browser.post(roof.get_absolute_url(), {"body": "Hurrah"})

    page = alices_browser.get(roof.get_absolute_url(), {"show": show})

    assert len(page.context["page"].items) == kinds
    assert "show=changes" in page.content.decode()


def test_values_are_escaped(alices_browser: Client, roof: Deal) -> None:
    edit(alices_browser, roof, title="<b>Roof</b>")

    page = alices_browser.get(roof.get_absolute_url()).content.decode()
    assert "<b><b>Roof" not in page
    assert "&lt;b&gt;Roof" in page


def test_nobody_edits_or_deletes_a_change(alices_browser: Client, alice: User, roof: Deal) -> None:
    edit(alices_browser, roof, stage="won")
    entry = Comment.objects.get()

    for name in ("comment-edit", "comment-delete"):
        assert alices_browser.get(reverse(f"contacts:{name}", args=[entry.pk])).status_code == 404
