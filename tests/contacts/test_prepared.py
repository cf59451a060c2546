"""Queries whose SQL is written once answer like the querysets they come from."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Max
from django.db.models.signals import post_init
from django.test import Client
from django.utils import timezone

from contacts.comments import post_comment
from contacts.models import Comment, Contact, Phone
from contacts.prepared import Prepared
from messaging.models import Message, Number

phones_of = Prepared(
    lambda contact, kind: Phone.objects.filter(contact_id=contact, kind=kind).exclude(
        pk=-contact, kind=kind
    ),
    int,
    str,
)
with_phones = Prepared(
    lambda pk: (
        Contact.objects.filter(pk=pk).select_related("company").prefetch_related("phones", "tags")
    ),
    int,
)


def test_each_call_asks_for_its_own_arguments(carol: Contact) -> None:
    dave = Contact.objects.create(first_name="Dave")
    desk = Phone.objects.create(contact=dave, e164="+12125550177", kind="work")

    found = [phones_of(carol.pk, "mobile"), phones_of(dave.pk, "work"), phones_of(dave.pk, "home")]

    assert found == [[carol.phones.get()], [desk], []]


def test_nothing_is_remembered_but_the_sql(carol: Contact) -> None:
    (before,) = phones_of(carol.pk, "mobile")
    carol.phones.update(label="Desk")

    (after,) = phones_of(carol.pk, "mobile")

    assert (before.label, after.label) == ("", "Desk")
    assert before is not after


def test_what_is_joined_and_prefetched_comes_along(
    carol: Contact, django_assert_num_queries: Any
) -> None:
    with_phones(carol.pk)

    with django_assert_num_queries(3):
        found = with_phones.first(carol.pk)
        assert found
        assert found.company is None
        assert [phone.e164 for phone in found.phones.all()] == ["+12125550123"]


def test_words_are_arguments_and_never_sql(carol: Contact) -> None:
    assert phones_of(carol.pk, "mobile' OR '1'='1") == []


def test_the_wrong_number_of_arguments_is_an_error(carol: Contact) -> None:
    with pytest.raises(ValueError, match="argument"):
        phones_of(carol.pk)


def test_each_thread_has_its_own(carol: Contact) -> None:
    phones_of(carol.pk, "mobile")
    seen: list[object] = []

    def ask() -> None:
        seen.append(getattr(phones_of._kept, "connection", None))

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()

    assert seen == [None]
    assert phones_of._kept.connection is connections[DEFAULT_DB_ALIAS]


def test_a_comment_that_texts_is_stored_with_few_questions(
    carol: Contact, number: Number, alices_browser: Client, django_assert_max_num_queries: Any
) -> None:
    address, data = carol.get_absolute_url(), {"body": "sms: See you at six"}
    alices_browser.post(address, data)

    # session, user, record; begin, trigger, phones, number, recipient, message, is the bell rung,
    # comment, track, conversation, commit
    with django_assert_max_num_queries(14):
        alices_browser.post(address, data)


by_author = Prepared(
    lambda since: (
        Comment.objects.filter(created_at__gt=since).select_related("author").order_by("pk")
    ),
    datetime,
)
by_reference = Prepared(lambda ref: Message.objects.filter(reference=ref).values_list("pk"), UUID)


def test_moments_and_references_are_arguments_too(
    carol: Contact, number: Number, alice: User
) -> None:
    comment = post_comment(on=carol, author=alice, body="sms: hello")
    message = Message.objects.get()
    before, after = comment.created_at - timedelta(seconds=1), comment.created_at

    assert by_author(before) == [comment]
    assert by_author(after) == []
    assert by_reference(message.reference) == [(message.pk,)]


def test_rows_of_one_author_share_him(carol: Contact, alice: User, bob: User) -> None:
    for author in (alice, bob, alice, None):
        post_comment(on=carol, author=author, body="Note")

    one, two, three, four = by_author(timezone.now() - timedelta(minutes=1))

    assert one.author is three.author
    assert (one.author, two.author, four.author) == (alice, bob, None)


def test_rows_are_as_django_makes_them(carol: Contact, django_assert_num_queries: Any) -> None:
    sparse = Prepared(lambda pk: Contact.objects.filter(pk=pk).defer("notes"), int)
    Contact.objects.filter(pk=carol.pk).update(notes="Rings twice")

    (made,) = sparse(carol.pk)

    django = Contact.objects.defer("notes").get(pk=carol.pk)
    assert made.__dict__ | {"_state": None} == django.__dict__ | {"_state": None}
    assert (made._state.adding, made._state.db) == (False, DEFAULT_DB_ALIAS)
    with django_assert_num_queries(1):
        assert made.notes == "Rings twice"
    made.first_name = "Caroline"
    made.save()
    assert Contact.objects.get().first_name == "Caroline"


def test_whoever_listens_to_rows_being_made_hears_of_these(carol: Contact) -> None:
    heard: list[Any] = []

    def hear(instance: Any, **_: Any) -> None:
        heard.append(instance)

    post_init.connect(hear, sender=Phone)
    try:
        found = phones_of(carol.pk, "mobile")
    finally:
        post_init.disconnect(hear, sender=Phone)

    assert heard == found != []


with_latest = Prepared(
    lambda pk: (
        Comment.objects.filter(pk=pk)
        .select_related("author")
        .annotate(latest=Max("author__date_joined"))
    ),
    int,
)


def test_moments_have_their_zone_in_joined_rows_and_in_what_is_computed(
    carol: Contact, alice: User
) -> None:
    comment = post_comment(on=carol, author=alice, body="Rang twice")

    row = with_latest.first(comment.pk)

    assert row
    assert row.author
    moments = (row.created_at, row.edited_at, row.author.date_joined, row.latest)
    assert moments == (comment.created_at, None, alice.date_joined, alice.date_joined)
