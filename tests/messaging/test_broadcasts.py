"""One text to many: who gets what, that nobody gets it twice, and what people can do meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import Comment, Contact, Phone, Tag
from messaging import broadcasts, consent, outbox, settling
from messaging.broadcasts import audience, prepare, queueing
from messaging.models import (
    Broadcast,
    Conversation,
    ErasedOptOut,
    Message,
    Number,
    Preference,
    Recipient,
    Status,
)
from messaging.outbox.claim import claim
from tests.messaging.webhooks import inbound

Make = Callable[..., Broadcast]
FIRST = 12125550150  # the number of the first of the crowd, without its +


@pytest.fixture
def crowd(db: None) -> Tag:
    """Six people with a mobile each; the last has no first name."""
    tag = Tag.objects.create(name="Market")
    for place, name in enumerate(["Ida", "Jon", "Kay", "Lou", "Mia", ""]):
        contact = Contact.objects.create(first_name=name, last_name=f"Holm {place}")
        Phone.objects.create(contact=contact, e164=f"+{FIRST + place}", is_primary=True)
        contact.tags.add(tag)
    return tag


@pytest.fixture
def make(alice: User, number: Number, crowd: Tag) -> Make:
    """Alice's broadcast to the crowd, written out."""

    def made(text: str = "Hi {first_name|there}", **more: Any) -> Broadcast:
        broadcast = Broadcast.objects.create(name="Market", text=text, author=alice, **more)
        broadcast.tags.add(crowd)
        broadcasts.work()
        broadcast.refresh_from_db()
        return broadcast

    return made


def go(broadcast: Broadcast, **when: Any) -> None:
    broadcasts.start(broadcast, **({"send_at": None, "is_local": False} | when))
    broadcasts.work()
    broadcast.refresh_from_db()


def problems(broadcast: Broadcast) -> dict[str, str]:
    return dict(broadcast.recipients.skipped().values_list("phone", "problem"))


def test_everybody_gets_words_of_their_own(make: Make) -> None:
    broadcast = make()

    texts = broadcast.recipients.order_by("pk").values_list("text", flat=True)
    assert broadcast.state == Broadcast.State.READY
    assert list(texts) == ["Hi Ida", "Hi Jon", "Hi Kay", "Hi Lou", "Hi Mia", "Hi there"]
    assert not Message.objects.exists()


def test_who_cannot_be_texted_is_skipped_with_the_reason(make: Make, crowd: Tag) -> None:
    consent.opt_out(f"+{FIRST}", source="reply", words="STOP")
    Contact.objects.create(first_name="Nia").tags.add(crowd)

    broadcast = make(
        "Hi {first_name}", pasted=f"12\n+{FIRST + 1}, (212) 555-0177; not a number\n+44 7700 900123"
    )

    assert problems(broadcast) == {
        f"+{FIRST}": prepare.OPTED_OUT,
        f"+{FIRST + 5}": "{first_name} is empty.",
        "": prepare.NO_PHONE,
        "12": prepare.NO_PHONE_NUMBER,
        "not a number": prepare.NO_PHONE_NUMBER,
        f"+{FIRST + 1}": prepare.TWICE,
        "+12125550177": "{first_name} is empty.",
        "+447700900123": "{first_name} is empty.",
    }
    assert broadcast.recipients.to_queue().count() == 4


def test_a_pasted_number_somebody_has_is_that_person(make: Make, carol: Contact) -> None:
    broadcast = make("Hi {first_name}", pasted="212 555 0123")

    assert broadcast.recipients.get(phone="+12125550123").contact == carol


@pytest.mark.parametrize(
    "typed",
    [
        "mobile: 212 555 0123",
        "Ada Lo <+1 212-555-0123>",
        "Ada\t(212) 555-0123",
        "phone:+12125550123",
    ],
)
def test_a_pasted_number_may_say_whose_or_what_it_is(typed: str) -> None:
    assert audience.read_phone(typed) == "+12125550123"


@pytest.mark.parametrize("typed", ["Order 212 555 0123", "2: 212 555 0123", "a: b: 1", "<>", ":"])
def test_but_not_anything_with_digits_in_it(typed: str) -> None:
    assert audience.read_phone(typed) == ""


def test_who_opted_out_and_was_erased_since_gets_none(make: Make, settings: Any) -> None:
    settings.BROADCAST_RATE, settings.TEXTING_HOURS = 0, ""
    broadcast = make()
    ErasedOptOut.objects.remember(f"+{FIRST}", timezone.now())

    go(broadcast)

    assert list(Recipient.objects.opted_out().values_list("pk", flat=True)) == [f"+{FIRST}"]
    assert len(claim("simulator", 100)) == 5
    assert Message.objects.get(phone=f"+{FIRST}").status != Status.SENDING


def test_who_presses_start_after_it_was_sent_is_told_that_it_was(make: Make) -> None:
    broadcast = make()
    broadcasts.start(broadcast, send_at=None, is_local=False)
    while broadcasts.work():
        pass

    again = Broadcast.objects.get(pk=broadcast.pk)
    with pytest.raises(broadcasts.CannotStart, match="Somebody started or changed it meanwhile"):
        broadcasts.start(again, send_at=None, is_local=False)


def test_each_becomes_one_text_where_people_see_it(make: Make, alice: User) -> None:
    broadcast = make()

    go(broadcast)

    message = Message.objects.get(phone=f"+{FIRST}")
    contact = message.contact
    assert broadcast.state == Broadcast.State.QUEUED
    assert Message.objects.filter(status=Status.QUEUED, origin="broadcast").count() == 6
    assert (message.text, message.author) == ("Hi Ida", alice)
    assert contact
    assert Comment.objects.on(contact).get().track.message == message
    assert Conversation.objects.get(contact=contact).last_message == message


def test_the_inbox_is_not_buried_under_a_broadcast(make: Make) -> None:
    inbound("simulator", "Are you open on Monday?", sender=f"+{FIRST}")
    asked = Conversation.objects.get()
    broadcast = make()

    go(broadcast)

    assert Conversation.objects.open().get() == asked
    asked.refresh_from_db()
    assert asked.last_message
    assert asked.last_message.text == "Are you open on Monday?"
    assert Conversation.objects.done().count() == 5
    settling.settle(Contact.objects.all())
    assert Conversation.objects.open().get().last_message == asked.last_message
    inbound("simulator", "Yes please", sender=f"+{FIRST + 2}", external_id="id-2")
    assert Conversation.objects.open().count() == 2


def test_a_worker_that_dies_between_chunks_doubles_nobody(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "CHUNK", 2)
    monkeypatch.setattr(queueing, "CHUNK", 2)
    broadcast = make()
    broadcasts.start(broadcast, send_at=None, is_local=False)
    enqueue_many = outbox.enqueue_many
    calls = []

    def dies_in_the_second(*given: Any) -> Any:
        calls.append(1)
        stored = enqueue_many(*given)
        if len(calls) == 2:
            raise SystemExit
        return stored

    monkeypatch.setattr(outbox, "enqueue_many", dies_in_the_second)
    with pytest.raises(SystemExit):
        broadcasts.work()
    assert Message.objects.count() == 2

    broadcasts.work()

    phones = list(Message.objects.values_list("phone", flat=True))
    assert len(phones) == len(set(phones)) == 6


def test_no_chunk_goes_through_those_that_were_queued_before(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queueing, "CHUNK", 2)
    broadcast = make()
    broadcasts.start(broadcast, send_at=None, is_local=False)
    assert queueing.queue_chunk(broadcast.pk)

    before = broadcast.recipients.exclude(message=None).latest("pk").pk
    with CaptureQueriesContext(connection) as asked:
        assert queueing.queue_chunk(broadcast.pk)

    (waiting,) = [one["sql"] for one in asked if '"message_id" IS NULL' in one["sql"]]
    assert f'"id" > {before}' in waiting
    assert Message.objects.count() == 4


def test_one_that_fails_keeps_no_other_waiting(make: Make, caplog: Any) -> None:
    broken, whole = make(), make()
    Broadcast.objects.filter(pk=broken.pk).update(state="preparing", text="{no_such_field}")
    broken.recipients.all().delete()
    Broadcast.objects.filter(pk=broken.pk).update(prepared_contacts=0)
    broadcasts.start(whole, send_at=None, is_local=False)

    broadcasts.work()

    assert Message.objects.count() == 6
    assert f"Broadcast {broken.pk} could not go on" in caplog.text


def test_who_says_stop_after_it_was_written_out_gets_nothing(make: Make) -> None:
    broadcast = make()
    consent.opt_out(f"+{FIRST}", source="reply", words="STOP")

    go(broadcast)

    assert not Message.objects.filter(phone=f"+{FIRST}").exists()
    assert problems(broadcast) == {f"+{FIRST}": prepare.OPTED_OUT}


def test_texts_of_one_number_follow_each_other(make: Make, settings: Any) -> None:
    settings.BROADCAST_RATE = 2
    broadcast = make()

    go(broadcast)

    leaves = Message.objects.order_by("send_after").values_list("send_after", flat=True)
    gaps = {later - sooner for sooner, later in pairwise(leaves)}
    assert gaps == {timedelta(seconds=0.5)}


def test_several_numbers_share_and_who_knows_one_keeps_it(make: Make, number: Number) -> None:
    sales = Number.objects.create(address="+12125550101", label="Sales", gateway="simulator")
    known = Contact.objects.get(first_name="Kay")
    Conversation.objects.create(
        contact=known, phone=f"+{FIRST + 2}", number=sales, last_at=timezone.now()
    )
    broadcast = make()
    broadcast.numbers.set([number, sales])

    broadcasts.prepare_again(broadcast)
    broadcasts.work()

    numbers = dict(broadcast.recipients.values_list("phone", "number__label"))
    assert numbers[f"+{FIRST + 2}"] == "Sales"
    assert set(numbers.values()) == {"Office", "Sales"}


def test_a_moment_can_be_everybodys_own(make: Make) -> None:
    Contact.objects.filter(first_name="Ida").update(time_zone="Asia/Tokyo")
    Contact.objects.filter(first_name="Jon").update(time_zone="America/New_York")
    when = (timezone.localtime() + timedelta(days=3)).replace(hour=10, minute=0)
    broadcast = make()

    go(broadcast, send_at=when, is_local=True)

    ida = Message.objects.get(text="Hi Ida").send_after.astimezone(ZoneInfo("Asia/Tokyo"))
    jon = Message.objects.get(text="Hi Jon").send_after.astimezone(ZoneInfo("America/New_York"))
    assert (ida.hour, ida.date()) == (jon.hour, jon.date()) == (10, when.date())


def test_paused_nothing_leaves_and_resumed_all_do(make: Make, settings: Any) -> None:
    settings.BROADCAST_RATE = 0
    broadcast = make()
    go(broadcast)

    assert broadcasts.pause(broadcast)
    assert not Message.objects.due().exists()

    assert broadcasts.resume(broadcast)
    broadcasts.work()
    assert Message.objects.due().filter(reason="").count() == 6


def test_stopping_asks_first(make: Make, alices_browser: Client) -> None:
    broadcast = make()
    broadcasts.start(broadcast, send_at=None, is_local=False)
    broadcasts.work()
    address = f"/broadcasts/{broadcast.pk}/stop/"

    asked = alices_browser.get(address).content.decode()
    broadcast.refresh_from_db()
    before = broadcast.state
    alices_browser.post(address)
    broadcast.refresh_from_db()

    assert "What has not left yet, 6 of 6 texts, is taken back" in asked
    assert (before, broadcast.state) == (Broadcast.State.QUEUED, Broadcast.State.STOPPED)


def test_stopped_takes_back_what_has_not_left(make: Make) -> None:
    broadcast = make()
    go(broadcast)
    Message.objects.filter(text="Hi Ida").update(status=Status.SENT, sent_at=timezone.now())

    assert broadcasts.stop(broadcast)

    assert Message.objects.filter(status=Status.CANCELLED).count() == 5
    assert Message.objects.get(text="Hi Ida").status == Status.SENT
    assert not broadcasts.resume(broadcast)


def test_only_those_it_did_not_reach_are_texted_again(make: Make) -> None:
    broadcast = make()
    go(broadcast)
    Message.objects.update(status=Status.DELIVERED)
    Message.objects.filter(text="Hi Ida").update(status=Status.FAILED)

    assert broadcasts.retry_failed(broadcast)
    broadcasts.work()

    again = Message.objects.get(status=Status.QUEUED)
    assert again.retry_of == Message.objects.get(status=Status.FAILED)
    assert Message.objects.count() == 7


def test_above_a_size_a_second_person_is_asked(
    make: Make, alice: User, bob: User, settings: Any
) -> None:
    settings.BROADCAST_APPROVAL = 5
    broadcast = make()

    go(broadcast)

    assert broadcast.state == Broadcast.State.WAITING
    with pytest.raises(broadcasts.CannotStart, match="Somebody else"):
        broadcasts.approve(broadcast, by=alice)
    broadcasts.approve(broadcast, by=bob)
    broadcasts.work()
    assert Message.objects.count() == 6


@pytest.mark.storage
@pytest.mark.usefixtures("for_threads")
def test_two_workers_at_once_text_each_once(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "CHUNK", 1)
    broadcast = make()
    broadcasts.start(broadcast, send_at=None, is_local=False)

    def work(_: int) -> None:
        broadcasts.work()
        connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    phones = list(Message.objects.values_list("phone", flat=True))
    assert len(phones) == len(set(phones)) == 6


def test_it_is_written_looked_at_and_started_in_three_steps(
    alices_browser: Client, number: Number, crowd: Tag
) -> None:
    posted = {"name": "Hello", "text": "Hi {first_name|you}", "tags": [crowd.pk]}

    answer = alices_browser.post("/broadcasts/new/", posted)
    broadcasts.work()
    page = alices_browser.get(answer["Location"]).content.decode()
    alices_browser.post(f"{answer['Location']}start/", {})
    broadcasts.work()

    assert "Hi Ida" in page
    assert "Hi you" in page
    assert Message.objects.count() == 6


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"text": "Hi"}, "Give it a name."),
        ({"name": "A", "text": "Hi"}, "Say who gets it"),
        ({"name": "A", "text": "Hi {frist_name}", "pasted": "1"}, "Did you mean {first_name}?"),
        ({"name": "A", "text": "x" * 1600, "pasted": "1"}, "too long"),
    ],
)
def test_what_cannot_be_is_refused_and_the_words_stay(
    alices_browser: Client, number: Number, posted: dict[str, str], sentence: str
) -> None:
    answer = alices_browser.post("/broadcasts/new/", posted)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert posted["text"] in answer.content.decode()
    assert not Broadcast.objects.exists()


def test_the_list_of_contacts_brings_its_filters_along(
    alices_browser: Client, number: Number, crowd: Tag
) -> None:
    page = alices_browser.get("/contacts/?q=Kay").content.decode()
    assert "/broadcasts/new/?query=q%3DKay" in page

    alices_browser.post("/broadcasts/new/", {"name": "A", "text": "Hi", "query": "q=Kay"})
    broadcasts.work()

    assert Broadcast.objects.get().recipients.get().phone == f"+{FIRST + 2}"


def test_results_hold_no_formula_and_keep_the_plus(alices_browser: Client, make: Make) -> None:
    ida = Contact.objects.get(first_name="Ida")
    ida.first_name, ida.last_name = "=1+1", ""
    ida.save()
    broadcast = make("{first_name|you} are invited")

    lines = b"".join(alices_browser.get(f"/broadcasts/{broadcast.pk}/results/")).decode()

    assert f"'=1+1,+{FIRST}," in lines
    assert ",'=1+1 are invited," in lines


def test_results_have_their_times_by_the_readers_clock(
    alices_browser: Client, alice: User, make: Make
) -> None:
    Preference.objects.create(user=alice, time_zone="Asia/Kolkata")
    broadcast = make()
    go(broadcast)
    noon = datetime(2026, 11, 27, 12, tzinfo=UTC)
    Message.objects.filter(text="Hi Ida").update(status=Status.SENT, sent_at=noon)

    lines = b"".join(alices_browser.get(f"/broadcasts/{broadcast.pk}/results/")).decode()

    assert "Sent (Asia/Kolkata)" in lines
    assert ",2026-11-27 17:30:00," in lines


def test_begun_it_can_no_longer_be_changed(alices_browser: Client, make: Make) -> None:
    broadcast = make()
    go(broadcast)

    alices_browser.post(f"/broadcasts/{broadcast.pk}/edit/", {"name": "B", "text": "Other words"})

    broadcast.refresh_from_db()
    assert broadcast.text == "Hi {first_name|there}"
    assert Message.objects.filter(text="Hi Ida").count() == 1


def test_everybodys_own_clock_is_the_one_that_was_typed(make: Make) -> None:
    Contact.objects.filter(first_name="Ida").update(time_zone="Asia/Tokyo")
    there = ZoneInfo("America/Chicago")  # of whoever starts it; the installation is elsewhere
    when = (timezone.now().astimezone(there) + timedelta(days=3)).replace(hour=10, minute=0)
    broadcast = make()

    go(broadcast, send_at=when, is_local=True)

    ida = Message.objects.get(text="Hi Ida").send_after.astimezone(ZoneInfo("Asia/Tokyo"))
    assert (ida.hour, ida.date()) == (10, when.date())


def test_who_never_agreed_is_skipped_where_that_is_wanted(make: Make, alice: User) -> None:
    consent.opt_in(f"+{FIRST}", user=alice, how="on paper", words="Yes")
    consent.note_gateway_opt_in(f"+{FIRST + 1}", words="START")

    asked = make(only_agreed=True)

    assert [row.phone for row in asked.recipients.filter(problem="")] == [f"+{FIRST}"]
    assert set(problems(asked).values()) == {"Never agreed to texts."}
    assert not problems(make())


def test_numbers_without_a_contact_are_shown_in_few_statements_and_keep_our_number(
    number: Number, alice: User, django_assert_max_num_queries: Any
) -> None:
    other = Number.objects.create(label="Sales", address="+12125550199", gateway="simulator")
    phones = [f"+1212555{n:04}" for n in range(2000, 2100)]
    first = Broadcast.objects.create(name="A", text="Hi", pasted=",".join(phones), author=alice)
    first.numbers.set([other])
    broadcasts.work()
    first.refresh_from_db()
    broadcasts.start(first, send_at=None, is_local=False)

    with django_assert_max_num_queries(60):
        broadcasts.work()

    talks = Conversation.objects.filter(contact=None)
    assert set(talks.values_list("phone", "number")) == {(one, other.pk) for one in phones}
    again = Broadcast.objects.create(name="B", text="Ho", pasted=",".join(phones), author=alice)
    again.numbers.set([number, other])
    broadcasts.work()
    assert set(again.recipients.values_list("number", flat=True)) == {other.pk}
    again.refresh_from_db()
    go(again)
    assert Conversation.objects.filter(contact=None).count() == 100
    assert set(talks.values_list("last_message__text", flat=True)) == {"Ho"}


def test_results_are_those_of_a_kind_and_the_figures_add_up(
    alices_browser: Client, make: Make
) -> None:
    broadcast = make()
    go(broadcast)
    texts = Message.objects.order_by("pk")
    kinds = ("delivered", "failed", "unconfirmed", "sent", "cancelled")
    now, names = timezone.now(), dict(zip(kinds, texts, strict=False))
    for status, message in names.items():
        sent = {"sent_at": now, "price": "0.0750"} if status in {"delivered", "sent"} else {}
        Message.objects.filter(pk=message.pk).update(status=status, **sent)
    address = broadcast.get_absolute_url()

    def listed(kind: str) -> list[str]:
        answer = b"".join(alices_browser.get(f"{address}results/?show={kind}"))
        return [line.split(",")[2] for line in answer.decode().splitlines()[1:]]

    assert listed("delivered") == ["Hi Ida"]
    assert listed("failed") == ["Hi Jon"]
    assert listed("unconfirmed") == ["Hi Kay"]
    assert listed("sent") == ["Hi Lou"]
    assert listed("cancelled") == ["Hi Mia"]
    assert listed("waiting") == ["Hi there"]
    assert len(listed("")) == len(listed("nonsense")) == 6
    page = alices_browser.get(f"{address}?show=delivered").content.decode()
    assert "Hi Ida" in page
    assert "Hi Jon" not in page
    assert f"{address}results/?show=delivered" in page
    assert '<a href="?show=cancelled">Taken back</a>' in page
    back = alices_browser.get(f"{address}?show=cancelled").content.decode()
    assert "Hi Mia" in back
    assert "Hi Ida" not in back
    for words in ("Unconfirmed", "Taken back", "Sent, without a report yet"):
        assert f'<dt>{words}</dt><dd class="num">1</dd>' in page
    whole = b"".join(alices_browser.get(f"{address}results/")).decode()
    assert whole.splitlines()[1].endswith(",+12125550100,1,0.075")


def test_a_slash_that_is_meant_as_one_leaves_without_its_backslash(make: Make) -> None:
    broadcast = make("\\/hello is our new shop, {first_name|there}")

    text = broadcast.recipients.order_by("pk").first().text  # type: ignore[union-attr]
    assert text == "/hello is our new shop, Ida"


def test_its_segments_are_those_the_gateway_counted(alices_browser: Client, make: Make) -> None:
    broadcast = make()
    assert broadcasts.progress(broadcast).segments == 6
    go(broadcast)
    Message.objects.filter(text="Hi Ida").update(segments=3)  # it added how to opt out

    page = alices_browser.get(broadcast.get_absolute_url()).content.decode()
    rows = b"".join(alices_browser.get(f"{broadcast.get_absolute_url()}results/")).decode()

    assert '<dt>SMS altogether</dt><dd class="num">8</dd>' in page
    assert '<td class="end num" data-label="SMS">3</td>' in page
    assert [row.split(",")[8] for row in rows.splitlines()] == ["SMS", "3", *"11111"]
