"""Conversations that are given to somebody, put aside, finished and opened again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from messaging import conversations
from messaging.models import Conversation, Message, Number
from tests.messaging.views.conftest import Texts, conversation_of

INBOX = reverse("messaging:inbox")
Do = Callable[..., Any]


@pytest.fixture
def carols(carol: Contact, arrive: Texts) -> Conversation:
    """Carol's conversation, read."""
    arrive("Running late")
    row = conversation_of(carol)
    conversations.mark_read(row)
    return row


@pytest.fixture
def do(alices_browser: Client, carols: Conversation) -> Do:
    """Alice does something with it, beside the list of her own."""

    def act(verb: str, **data: Any) -> Any:
        url = reverse(f"messaging:conversation-{verb}", args=[carols.pk])
        response = alices_browser.post(url, {"filters": "show=mine", **data})
        carols.refresh_from_db()
        return response

    return act


def lists(browser: Client) -> set[str]:
    """On which lists Carol stands."""
    pages = {name: browser.get(INBOX, {"show": name}) for name in conversations.STATES}
    return {name for name, page in pages.items() if "Carol Finch" in page.content.decode()}


def test_what_is_new_is_open_and_nobodys(alices_browser: Client, carols: Conversation) -> None:
    assert lists(alices_browser) == {"", "unassigned", "all"}


def test_it_can_be_given_to_oneself_a_colleague_and_nobody(
    alices_browser: Client, carols: Conversation, do: Do, alice: User, bob: User
) -> None:
    response = do("assign", user=alice.pk)
    assert response["Location"] == f"{INBOX}?show=mine&open={carols.pk}"
    assert lists(alices_browser) == {"", "mine", "all"}

    do("assign", user=bob.pk)
    assert carols.assignee == bob
    assert lists(alices_browser) == {"", "all"}

    do("assign", user="")
    assert lists(alices_browser) == {"", "unassigned", "all"}


@pytest.mark.parametrize("who", ["4711", "x", "-1"])
def test_nobody_who_is_not_in_the_team_gets_it(do: Do, carols: Conversation, who: str) -> None:
    do("assign", user=who)

    assert carols.assignee is None


def test_the_row_says_whose_it_is(alices_browser: Client, do: Do, bob: User) -> None:
    do("assign", user=bob.pk)

    page = alices_browser.get(INBOX).content.decode()

    assert "Assigned to </span>Bob" in page


def test_done_leaves_the_list_until_they_text_again(
    alices_browser: Client, do: Do, arrive: Texts
) -> None:
    response = do("done")

    assert response["Location"] == f"{INBOX}?show=mine"
    assert lists(alices_browser) == {"done", "all"}

    arrive("One more thing")

    assert lists(alices_browser) == {"", "unread", "unassigned", "all"}


def test_our_own_text_does_not_open_it_again(
    alices_browser: Client, do: Do, sent: Message, carol: Contact, number: Number
) -> None:
    do("done")

    alices_browser.post(reverse("messaging:send-text", args=[carol.pk]), {"text": "Bye"})

    assert lists(alices_browser) == {"done", "all"}


@pytest.mark.parametrize(("verb", "data"), [("done", {}), ("snooze", {"preset": "tomorrow"})])
def test_what_nobody_has_read_is_not_put_aside(
    alices_browser: Client, do: Do, arrive: Texts, verb: str, data: dict[str, str]
) -> None:
    arrive("Wait!")

    do(verb, **data)

    assert "nobody has read" in alices_browser.get(INBOX).content.decode()
    assert "unread" in lists(alices_browser)


def test_snoozed_it_comes_back_by_itself_and_to_the_top(
    alices_browser: Client, carols: Conversation, do: Do, many: Callable[[int], None]
) -> None:
    many(1)
    do("snooze", preset="tomorrow")
    assert lists(alices_browser) == {"snoozed", "all"}

    Conversation.objects.filter(pk=carols.pk).update(snoozed_until=timezone.now())

    assert "" in lists(alices_browser)
    page = alices_browser.get(INBOX).content.decode().partition('id="conversations"')[2]
    assert page.index("Carol Finch") < page.index("Person 0")


def test_a_text_wakes_what_is_snoozed(alices_browser: Client, do: Do, arrive: Texts) -> None:
    do("snooze", preset="week")

    arrive("Never mind")

    assert "" in lists(alices_browser)
    assert "snoozed" not in lists(alices_browser)


def test_a_time_that_was_typed_holds_on_the_teams_clock(do: Do, carols: Conversation) -> None:
    day = timezone.localdate() + timedelta(days=3)

    do("snooze", until=f"{day}T14:30")

    assert carols.snoozed_until is not None
    assert f"{timezone.localtime(carols.snoozed_until):%Y-%m-%d %H:%M}" == f"{day} 14:30"


@pytest.mark.parametrize(
    ("until", "told"),
    [
        ("", "Say until when."),
        ("2020-01-01T09:00", "That time has passed."),
        ("2099-01-01T09:00", "At most a year ahead."),
        ("soon", "That is no date and time."),
    ],
)
def test_a_snooze_that_cannot_be_says_why(
    do: Do, carols: Conversation, until: str, told: str
) -> None:
    response = do("snooze", until=until)

    page = response.content.decode()
    assert response.status_code == 422
    assert told in page
    assert f'value="{until}"' in page or not until
    assert carols.snoozed_until is None


@pytest.mark.parametrize("verb", ["done", "snooze"])
def test_what_was_put_aside_can_be_opened_again(alices_browser: Client, do: Do, verb: str) -> None:
    do(verb, preset="tomorrow")

    do("reopen")

    assert "" in lists(alices_browser)


def test_marked_as_unread_it_counts_again_and_is_open(
    alices_browser: Client, do: Do, carols: Conversation
) -> None:
    do("done")

    response = do("unread")

    assert response["Location"] == f"{INBOX}?show=mine"
    assert lists(alices_browser) == {"", "unread", "unassigned", "all"}
    assert Message.objects.get().read_at is None


def test_on_the_contacts_page_one_stays_there(
    alices_browser: Client, carols: Conversation, carol: Contact
) -> None:
    url = reverse("messaging:conversation-done", args=[carols.pk])

    response = alices_browser.post(url)

    assert response["Location"] == f"{carol.get_absolute_url()}?tab=conversation"


@pytest.mark.parametrize("typed", ["fin", "CAROL", "555 0123", "0123", "5550123"])
def test_the_search_finds_people_and_pieces_of_numbers(
    alices_browser: Client, carols: Conversation, many: Callable[[int], None], typed: str
) -> None:
    many(1)

    page = alices_browser.get(INBOX, {"q": typed}).content.decode()

    assert "Carol Finch" in page
    assert "Person 0" not in page


def test_a_bare_number_is_found_by_a_piece_of_it(alices_browser: Client, arrive: Texts) -> None:
    arrive("Who is this?", None, phone="+12125550177")

    assert "Who is this?" in alices_browser.get(INBOX, {"q": "0177"}).content.decode()
    assert "Who is this?" not in alices_browser.get(INBOX, {"q": "0178"}).content.decode()


def test_who_is_not_found_among_the_open_is_looked_for_everywhere(
    alices_browser: Client, do: Do
) -> None:
    do("done")

    page = alices_browser.get(INBOX, {"q": "Finch"}).content.decode()

    assert "Nobody found here" in page
    assert f"{INBOX}?show=all&amp;q=Finch" in page


def test_one_of_our_numbers_narrows_the_list(
    alices_browser: Client, carols: Conversation, number: Number
) -> None:
    sales = Number.objects.create(address="+12125550199", label="Sales", gateway="simulator")

    assert "Carol Finch" in alices_browser.get(INBOX, {"number": number.pk}).content.decode()
    assert "Carol Finch" not in alices_browser.get(INBOX, {"number": sales.pk}).content.decode()
    assert "Carol Finch" in alices_browser.get(INBOX, {"number": "x"}).content.decode()


def test_older_pages_of_a_list_go_on_where_the_first_ended(
    alices_browser: Client, many: Callable[[int], None], arrive: Texts
) -> None:
    many(60)
    first = alices_browser.get(INBOX)
    page = first.context["page"]

    second = alices_browser.get(INBOX, {"cursor": page.next}).context["page"]

    assert len(page.items) == 50
    assert len(second.items) == 10
    assert not {row.pk for row in page.items} & {row.pk for row in second.items}


def test_a_link_keeps_the_list_one_came_from(alices_browser: Client, carols: Conversation) -> None:
    page = alices_browser.get(INBOX, {"show": "all", "q": "fin & co"}).content.decode()
    assert "Nobody found here" in page

    page = alices_browser.get(INBOX, {"show": "all", "q": "Finch"}).content.decode()

    href = page.partition(f'id="open-{carols.pk}" href="')[2].partition('"')[0]
    asked = parse_qs(urlsplit(href.replace("&amp;", "&")).query)
    assert asked == {"show": ["all"], "q": ["Finch"]}


def test_whoever_comes_second_takes_it_from_nobody_unawares(
    do: Do, carols: Conversation, alice: User, bob: User
) -> None:
    conversations.assign(carols, bob)

    response = do("assign", user=alice.pk, assigned="")

    assert carols.assignee == bob
    assert "Meanwhile it was assigned to Bob." in told(response)
    do("assign", user=alice.pk, assigned=str(bob.pk))
    assert carols.assignee == alice


def test_giving_it_to_who_has_it_already_is_no_clash(
    do: Do, carols: Conversation, bob: User
) -> None:
    conversations.assign(carols, bob)

    assert "Assigned to Bob." in told(do("assign", user=bob.pk, assigned=""))


@pytest.mark.parametrize("assigned", ["x", "9" * 30])
def test_nonsense_for_whose_it_was_is_no_error_of_ours(
    do: Do, carols: Conversation, alice: User, assigned: str
) -> None:
    assert do("assign", user=alice.pk, assigned=assigned).status_code == 302


def told(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))
