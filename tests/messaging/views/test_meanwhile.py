"""A template, a broadcast, a text that waits or comes again, in two tabs: nothing is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact, Tag
from messaging import broadcasts, outbox, texting
from messaging.models import Broadcast, Message, Number, Origin, Recurrence, Template
from tests.messaging.views.conftest import CAROLS_PHONE

TOMORROW = timezone.now().replace(hour=15, minute=20, second=33) + timedelta(days=1)
WEEKLY = {"contact": "Carol Finch", "text": "Bins out", "every": "week", "weekday": "0"}
WEEKLY |= {"clock": "09:00"}


class Tab:
    """A form that was opened, with what stands in its fields and its mark."""

    def __init__(self, browser: Client, address: str, typed: dict[str, Any]) -> None:
        self.browser, self.address, self.typed = browser, address, typed
        self.shown = browser.get(address).context["shown"]

    def save(self, **typed: Any) -> Any:
        given = self.typed | {"shown": self.shown} | typed
        return self.browser.post(self.address, {k: v for k, v in given.items() if v is not None})


@pytest.fixture
def hello(alice: User) -> Template:
    return Template.objects.create(name="hello", text="Hi\nthere", owner=alice)


@pytest.fixture
def fair(alice: User, number: Number) -> Broadcast:
    row = Broadcast.objects.create(name="Fair", text="Hi", pasted=CAROLS_PHONE, author=alice)
    broadcasts.work()
    return row


@pytest.fixture
def waiting(carol: Contact, number: Number, alice: User) -> Message:
    return texting.send(
        text="See you",
        phone=CAROLS_PHONE,
        number=number,
        origin=Origin.FORM,
        author=alice,
        contact=carol,
        send_after=TOMORROW,
        cancel_on_reply=True,
    )


def of_template(browser: Client, row: Template) -> Tab:
    typed = {"name": row.name, "text": row.text.replace("\n", "\r\n"), "is_shared": "on"}
    return Tab(browser, reverse("messaging:template-edit", args=[row.pk]), typed)


def of_broadcast(browser: Client, row: Broadcast) -> Tab:
    return Tab(
        browser,
        reverse("messaging:broadcast-edit", args=[row.pk]),
        {"name": "Fair", "text": "Hi", "pasted": CAROLS_PHONE, "query": "", "look_up": ""},
    )


def of_text(browser: Client, row: Message) -> Tab:
    typed = {"text": "See you", "day": f"{TOMORROW:%Y-%m-%d}", "clock": "15:20"}
    address = reverse("messaging:scheduled-edit", args=[row.pk])
    return Tab(browser, address, typed | {"unless_reply": "on"})


def test_a_template_keeps_the_words_of_one_and_the_name_of_the_other(
    alices_browser: Client, bobs_browser: Client, hello: Template
) -> None:
    hers, other = of_template(alices_browser, hello), of_template(alices_browser, hello)
    hers.save(text="Good morning", is_shared=None)

    assert other.save(name="hi").status_code == 302

    hello.refresh_from_db()
    assert (hello.name, hello.text, hello.is_shared) == ("hi", "Good morning", False)


def test_of_a_template_what_both_changed_is_told_and_saved_the_second_time(
    alices_browser: Client, hello: Template
) -> None:
    first, second = of_template(alices_browser, hello), of_template(alices_browser, hello)
    first.save(text="Good morning", name="morning")

    answer = second.save(text="Good evening")

    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Somebody saved this meanwhile. Text: now “Good morning”." in page
    assert ">\nGood evening</textarea>" in page
    assert 'value="morning"' in page, "what it left alone is the other's"
    hello.refresh_from_db()
    assert hello.text == "Good morning"

    second.save(text="Good evening", name="morning", shown=answer.context["shown"])
    hello.refresh_from_db()
    assert (hello.name, hello.text) == ("morning", "Good evening")


def test_what_is_typed_into_a_template_that_was_deleted_stays_and_makes_it_anew(
    alices_browser: Client, hello: Template, alice: User
) -> None:
    tab = of_template(alices_browser, hello)
    alices_browser.post(reverse("messaging:template-delete", args=[hello.pk]))

    answer = tab.save(text="Good morning")
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Somebody deleted this meanwhile." in page
    assert ">\nGood morning</textarea>" in page
    assert not Template.objects.exists()

    again = reverse("messaging:template-create")
    assert f'action="{again}"' in page
    assert 'name="shown"' not in page
    alices_browser.post(again, tab.typed | {"text": "Good morning"})
    assert list(Template.objects.values_list("name", "text", "owner")) == [
        ("hello", "Good morning", alice.pk)
    ]


def test_of_a_template_that_never_was_nothing_is_said(
    alices_browser: Client, hello: Template
) -> None:
    tab = of_template(alices_browser, hello)
    Template.objects.all().delete()

    assert alices_browser.get(tab.address).status_code == 404
    assert tab.save(shown="").status_code == 404


def test_what_is_typed_into_a_recurring_text_that_was_deleted_stays_and_makes_it_anew(
    alices_browser: Client, bobs_browser: Client, carol: Contact, number: Number
) -> None:
    alices_browser.post(reverse("messaging:recurring-create"), WEEKLY)
    row = Recurrence.objects.get()
    his = Tab(bobs_browser, row.get_absolute_url(), WEEKLY)
    alices_browser.post(reverse("messaging:recurring-delete", args=[row.pk]))

    answer = his.save(text="Bins out today")
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Somebody deleted this meanwhile." in page
    assert ">\nBins out today</textarea>" in page

    bobs_browser.post(posted_to(page), WEEKLY | {"text": "Bins out today"})
    assert Recurrence.objects.get().text == "Bins out today"
    assert Recurrence.objects.get().contact == carol


def test_a_broadcast_whose_rhythm_was_deleted_gets_it_anew(
    alices_browser: Client, bobs_browser: Client, fair: Broadcast
) -> None:
    monthly = {"every": "month", "month_day": "1", "clock": "09:00"}
    alices_browser.post(f"{reverse('messaging:recurring-create')}?broadcast={fair.pk}", monthly)
    row = Recurrence.objects.get()
    his = Tab(bobs_browser, row.get_absolute_url(), monthly)
    his.address = posted_to(bobs_browser.get(his.address).content.decode())
    row.delete()

    answer = his.save(month_day="15")
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Somebody deleted this meanwhile." in page

    assert bobs_browser.post(posted_to(page), monthly | {"month_day": "15"}).status_code == 302
    assert (Recurrence.objects.get().broadcast, Recurrence.objects.get().day) == (fair, 15)


def posted_to(page: str) -> str:
    """Where its form leads."""
    found = re.search(r'<form class="form" method="post" action="([^"]+)"', unescape(page))
    assert found
    return found[1]


def test_neither_a_preview_nor_another_mistake_hides_it(
    alices_browser: Client, hello: Template
) -> None:
    first, second = of_template(alices_browser, hello), of_template(alices_browser, hello)
    first.save(text="Good morning")

    wrong = second.save(text="Hi {frist_name}").content.decode()
    tried = second.save(text="Hi", preview="1", contact="Carol").content.decode()

    assert "Did you mean" in wrong
    assert "Text: now “Good morning”." in wrong
    assert "Text: now “Good morning”." in tried


@pytest.mark.parametrize("shown", ["x", ",,:", "text", "text:zz,nothing:", "a:b:c"])
def test_nonsense_is_no_error_of_ours(alices_browser: Client, hello: Template, shown: str) -> None:
    tab = of_template(alices_browser, hello)

    assert tab.save(text="Hi", shown=shown).status_code in {302, 422}


def test_a_broadcast_keeps_what_each_of_two_people_chose(
    alices_browser: Client, bobs_browser: Client, fair: Broadcast, number: Number
) -> None:
    tag = Tag.objects.create(name="Market")
    hers, his = of_broadcast(alices_browser, fair), of_broadcast(bobs_browser, fair)
    hers.save(tags=[tag.pk], numbers=[number.pk], only_agreed="on", query="q=")

    assert his.save(text="Hello").status_code == 302

    fair.refresh_from_db()
    assert (fair.text, fair.only_agreed, fair.query) == ("Hello", True, "q=")
    assert list(fair.tags.all()) == [tag]
    assert list(fair.numbers.all()) == [number]


def test_of_a_broadcast_what_both_chose_is_told_as_people_call_it(
    alices_browser: Client, bobs_browser: Client, fair: Broadcast, number: Number
) -> None:
    market, vip = Tag.objects.create(name="Market"), Tag.objects.create(name="VIP")
    hers, his = of_broadcast(alices_browser, fair), of_broadcast(bobs_browser, fair)
    hers.save(tags=[market.pk, vip.pk], name="Fair day")

    answer = his.save(tags=[vip.pk], name="The fair")

    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Everybody tagged: now “Market, VIP”." in page
    assert "Name: now “Fair day”." in page
    assert 'value="The fair"' in page
    assert fair.tags.count() == 2


def test_what_is_typed_stays_where_a_broadcast_was_started_meanwhile(
    alices_browser: Client, bobs_browser: Client, fair: Broadcast, bob: User
) -> None:
    hers = of_broadcast(alices_browser, fair)
    fair.refresh_from_db()
    broadcasts.start(fair, send_at=None, is_local=False, by=bob)

    answer = hers.save(text="Other words, and many")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody started it meanwhile, so its words stay." in page
    assert ">\nOther words, and many</textarea>" in page
    fair.refresh_from_db()
    assert fair.text == "Hi"


def test_a_text_that_waits_keeps_its_new_hour_beside_its_new_words(
    alices_browser: Client, bobs_browser: Client, waiting: Message
) -> None:
    hers, his = of_text(alices_browser, waiting), of_text(bobs_browser, waiting)
    hers.save(clock="16:45", unless_reply=None)

    assert his.save(text="See you there").status_code == 302

    waiting.refresh_from_db()
    assert waiting.text == "See you there"
    assert f"{waiting.send_after:%H:%M}" == "16:45"
    assert not waiting.cancel_on_reply


def test_of_a_text_that_waits_both_hours_are_told(
    alices_browser: Client, bobs_browser: Client, waiting: Message
) -> None:
    hers, his = of_text(alices_browser, waiting), of_text(bobs_browser, waiting)
    hers.save(clock="16:45")

    answer = his.save(clock="18:00")

    assert answer.status_code == 422
    assert "Time: now “16:45”." in unescape(answer.content.decode())
    assert 'value="18:00"' in answer.content.decode()


def test_what_is_typed_stays_where_a_text_was_taken_back_meanwhile(
    alices_browser: Client, bobs_browser: Client, waiting: Message
) -> None:
    hers = of_text(alices_browser, waiting)
    outbox.cancel(waiting)

    answer = hers.save(text="See you there")
    looked = alices_browser.get(hers.address, follow=True)

    assert answer.status_code == 422
    assert "Too late: it left or was taken back meanwhile." in answer.content.decode()
    assert ">\nSee you there</textarea>" in answer.content.decode()
    assert "Too late" in looked.content.decode()


def test_a_recurring_text_keeps_its_new_rhythm_beside_its_new_words(
    alices_browser: Client, bobs_browser: Client, carol: Contact, number: Number
) -> None:
    alices_browser.post(reverse("messaging:recurring-create"), WEEKLY)
    row = Recurrence.objects.get()
    hers, his, third = (
        Tab(browser, row.get_absolute_url(), WEEKLY)
        for browser in (alices_browser, bobs_browser, bobs_browser)
    )
    carol.last_name = "Marsh"
    carol.save()
    hers.save(contact="Carol Marsh", every="month", month_day="31", number=number.pk)

    assert his.save(text="Bins out today").status_code == 302
    told = third.save(weekday="2").content.decode()

    row.refresh_from_db()
    assert (row.text, row.every, row.day, row.number) == ("Bins out today", "month", 31, number)
    assert row.contact == carol
    assert "How often" not in told, "which it left alone"


def test_a_list_without_an_empty_choice_shows_its_first_and_that_is_nobodys_choice(
    alices_browser: Client, carol: Contact, number: Number
) -> None:
    monthly = WEEKLY | {"every": "month", "month_day": "31"}  # the browser sends Monday with it
    alices_browser.post(reverse("messaging:recurring-create"), monthly)
    row = Recurrence.objects.get()
    first, second = (Tab(alices_browser, row.get_absolute_url(), monthly) for _ in range(2))
    first.save(every="week", weekday="3")

    assert second.save(text="Other words").status_code == 302

    row.refresh_from_db()
    assert (row.text, row.every, row.day) == ("Other words", "week", 3)
