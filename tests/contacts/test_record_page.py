"""A record's page: the comment box, the timeline, archiving, deleting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts.models import Comment, Company, Contact, Deal, Record
from contacts.timeline import PAGE_SIZE
from messaging.models import Message, Number

HTMX = {"HX-Request": "true"}


@pytest.fixture(params=["carol", "bakery", "roof"])
def record(request: pytest.FixtureRequest) -> Record:
    """One of each type."""
    found: Record = request.getfixturevalue(request.param)
    return found


def test_a_comment_stands_on_the_timeline_and_the_box_is_empty(
    record: Record, alices_browser: Client
) -> None:
    url = record.get_absolute_url()

    answer = alices_browser.post(url, {"body": "Called her,\nno answer"}, follow=True)

    comment = Comment.objects.get()
    assert (comment.record, comment.author.first_name) == (record, "Alice")
    assert answer.redirect_chain == [(f"{url}?tab=activity", 302)]
    assert "Called her,\nno answer" in answer.content.decode()
    assert answer.context["form"]["body"].value() is None


def test_with_scripts_the_answer_is_the_timeline_alone(
    record: Record, alices_browser: Client
) -> None:
    answer = alices_browser.post(record.get_absolute_url(), {"body": "Called her"}, headers=HTMX)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    assert page.count("Called her") == 1
    assert 'id="activity-pane"' in page
    assert "autofocus" in page
    assert answer["HX-Replace-Url"] == f"{record.get_absolute_url()}?tab=activity"


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("body", "sentence"),
    [("", "Write something first."), (" \n", "Write something"), ("x" * 10_001, "at most 10,000")],
)
def test_a_refused_comment_keeps_its_words_and_says_why(
    body: str, sentence: str, headers: dict[str, str], carol: Contact, alices_browser: Client
) -> None:
    answer = alices_browser.post(carol.get_absolute_url(), {"body": body}, headers=headers)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert body in page
    assert not Comment.objects.exists()


def test_a_text_that_cannot_be_sent_says_why_and_keeps_the_words(
    carol: Contact, number: Number, alices_browser: Client
) -> None:
    carol.phones.all().delete()

    answer = alices_browser.post(carol.get_absolute_url(), {"body": "sms: See you"}, headers=HTMX)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Carol has no phone number to text." in page
    assert ">sms: See you</textarea>" in page
    assert not Comment.objects.exists()


def test_an_sms_comment_shows_as_a_track(
    record: Record, number: Number, alices_browser: Client
) -> None:
    answer = alices_browser.post(
        record.get_absolute_url(), {"body": "sms: See you at six"}, headers=HTMX
    )

    message = Message.objects.get()
    page = answer.content.decode()
    assert f'id="track-{message.pk}"' in page
    assert page.count("See you at six") == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_near_miss_is_kept_as_a_comment_and_says_so(
    headers: dict[str, str], carol: Contact, number: Number, alices_browser: Client
) -> None:
    answer = alices_browser.post(
        carol.get_absolute_url(), {"body": "smss: See you"}, headers=headers, follow=True
    )

    assert "Kept as a comment, nobody was texted." in answer.content.decode()
    assert Comment.objects.get().kind == Comment.Kind.COMMENT
    assert not Message.objects.exists()


def test_the_filter_stands_in_the_address(
    carol: Contact, number: Number, alices_browser: Client
) -> None:
    for body in ("Only for us", "sms: For Carol", "call: Spoken to Carol"):
        alices_browser.post(carol.get_absolute_url(), {"body": body})

    def shown(show: str) -> list[str]:
        page = alices_browser.get(carol.get_absolute_url(), {"show": show}).context["page"]
        return [entry.body for entry in page.items]

    assert shown("") == shown("nonsense") == ["Spoken to Carol", "For Carol", "Only for us"]
    assert shown("comments") == ["Only for us"]
    assert shown("sms") == ["Spoken to Carol", "For Carol"]
    named = alices_browser.get(carol.get_absolute_url(), {"show": "sms"}).content.decode()
    assert 'show=sms" aria-current="page">Texts &amp; calls</a>' in named


def test_older_entries_are_a_link_away(carol: Contact, alice: User, alices_browser: Client) -> None:
    for i in range(PAGE_SIZE + 1):
        at = timezone.now() - timedelta(hours=i)
        Comment.objects.create(record=carol, author=alice, body=f"Note {i}.", created_at=at)

    first = alices_browser.get(carol.get_absolute_url())
    older = alices_browser.get(carol.get_absolute_url(), {"cursor": first.context["page"].next})

    assert "Note 0." in first.content.decode()
    assert [entry.body for entry in older.context["page"].items] == [f"Note {PAGE_SIZE}."]
    assert older.context["tab"] == "activity"
    assert "Older" in first.content.decode()


@pytest.mark.parametrize(
    ("path", "most"), [("/contacts/{}/", 12), ("/companies/{}/", 15), ("/deals/{}/", 15)]
)
def test_a_long_timeline_costs_no_more_queries_than_a_short_one(
    path: str,
    most: int,
    carol: Contact,
    bakery: Company,
    roof: Deal,
    number: Number,
    alices_browser: Client,
    django_assert_max_num_queries: Any,
) -> None:
    record = {"/contacts/{}/": carol, "/companies/{}/": bakery, "/deals/{}/": roof}[path]
    for i in range(20):
        for body in (f"Note {i}", f"sms: Text {i}"):
            alices_browser.post(record.get_absolute_url(), {"body": body})

    with django_assert_max_num_queries(most):
        answer = alices_browser.get(path.format(record.pk))

    assert len(answer.context["page"].items) == 40


@pytest.mark.parametrize(
    ("query", "tab"),
    [("", "conversation"), ("?tab=details", "details"), ("?tab=x", "conversation")],
)
def test_a_phone_shows_the_tab_that_was_asked_for(
    query: str, tab: str, carol: Contact, alices_browser: Client
) -> None:
    page = alices_browser.get(carol.get_absolute_url() + query).content.decode()

    assert f'data-tab="{tab}"' in page
    assert f'href="?tab={tab}" aria-current="page"' in page


def test_a_script_in_a_name_or_a_comment_stays_words(
    carol: Contact, alices_browser: Client
) -> None:
    Contact.objects.filter(pk=carol.pk).update(name="<script>alert(1)</script>")

    alices_browser.post(carol.get_absolute_url(), {"body": "<img src=x onerror=alert(1)>"})
    page = alices_browser.get(carol.get_absolute_url()).content.decode()

    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page


def test_an_archived_record_leaves_the_list_and_comes_back(
    record: Record, alices_browser: Client
) -> None:
    url = f"{record.get_absolute_url()}archive/"

    for _ in range(2):
        alices_browser.post(url)
    record.refresh_from_db()
    archived = record.archived_at
    page = alices_browser.get(record.get_absolute_url()).content.decode()
    alices_browser.post(url, {"restore": "1"})
    record.refresh_from_db()

    assert archived is not None
    assert "not in the lists" in page
    assert record.archived_at is None


def test_deleting_asks_first_and_names_what_goes(record: Record, alices_browser: Client) -> None:
    alices_browser.post(record.get_absolute_url(), {"body": "Called her"})
    url = f"{record.get_absolute_url()}delete/"

    question = alices_browser.get(url).content.decode()
    assert type(record)._default_manager.filter(pk=record.pk).exists()
    answer = alices_browser.post(url, follow=True)

    assert "with 1 comment" in question
    assert f"{record} was deleted." in answer.content.decode()
    assert not type(record)._default_manager.filter(pk=record.pk).exists()
    assert not Comment.objects.exists()


def test_the_texts_of_a_deleted_contact_stay(
    carol: Contact, roof: Deal, number: Number, alices_browser: Client
) -> None:
    alices_browser.post(roof.get_absolute_url(), {"body": "sms: See you at six"})

    alices_browser.post(f"{carol.get_absolute_url()}delete/")

    message = Message.objects.get()
    roofs_page = alices_browser.get(roof.get_absolute_url()).content.decode()
    assert (message.contact, message.phone) == (None, "+12125550123")
    assert "See you at six" in roofs_page


def test_a_contact_shows_their_clock(carol: Contact, alices_browser: Client) -> None:
    Contact.objects.filter(pk=carol.pk).update(time_zone="Asia/Tokyo")

    answer = alices_browser.get(carol.get_absolute_url())

    hour = answer.context["local_time"].split(":")[0]
    assert int(hour) == (timezone.now() + timedelta(hours=9)).hour


def test_a_company_shows_its_people_and_deals(
    bakery: Company, carol: Contact, alices_browser: Client
) -> None:
    Contact.objects.filter(pk=carol.pk).update(company=bakery)
    oven = Deal.objects.create(title="New oven", company=bakery)

    page = alices_browser.get(bakery.get_absolute_url()).content.decode()

    assert carol.get_absolute_url() in page
    assert oven.get_absolute_url() in page


def test_an_edit_of_a_deal_and_of_a_company_is_kept(
    roof: Deal, bakery: Company, carol: Contact, alices_browser: Client
) -> None:
    deal = {"title": "Newer roof", "contact": "Carol Finch", "stage": "won", "amount": "12.50"}
    company = {"name": "Finch & Co", "website": "finch.example", "main_contact": ""}

    alices_browser.post(f"/deals/{roof.pk}/edit/", deal)
    alices_browser.post(f"/companies/{bakery.pk}/edit/", company)

    roof.refresh_from_db()
    bakery.refresh_from_db()
    assert (roof.title, roof.contact, roof.stage, str(roof.amount)) == (
        *("Newer roof", carol, "won", "12.50"),
    )
    assert (bakery.name, bakery.website) == ("Finch & Co", "https://finch.example")
    assert bakery.main_contact is None


@pytest.mark.parametrize(
    "wrong",
    [{"amount": "-1"}, {"amount": "1e99"}, {"due_on": "tomorrow"}, {"stage": "x"}, {"title": ""}],
)
def test_a_deal_with_bad_input_is_answered_with_the_form(
    wrong: dict[str, str], alices_browser: Client
) -> None:
    answer = alices_browser.post("/deals/new/", {"title": "Roof", "stage": "lead"} | wrong)

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == wrong.keys()
    assert not Deal.objects.exists()
