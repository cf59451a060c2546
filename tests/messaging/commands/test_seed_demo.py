"""`manage.py seed_demo`: a believable past in which everything adds up, and nothing to send."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from contacts import phones
from contacts.models import NEVER, Comment, Company, Contact, Deal, Phone
from messaging import caps, outbox
from messaging.demo import people
from messaging.demo.store import seed
from messaging.gateways.reasons import SENTENCES
from messaging.models import (
    Attempt,
    Conversation,
    DailyUse,
    Direction,
    Message,
    Number,
    Recipient,
    Status,
    Track,
    Trigger,
)
from messaging.segments import measure

TIED_TO_SENT = {Status.SENT, Status.DELIVERED, Status.UNDELIVERED}
SETTLED = {Status.DELIVERED, Status.UNDELIVERED, Status.FAILED, Status.CANCELLED}


@pytest.fixture
def demo(db):
    assert seed()


def test_the_command_fills_an_empty_database_and_says_how_to_sign_in(db, client, capsys):
    call_command("seed_demo")

    assert "sign in as demo, password demo" in capsys.readouterr().out
    signed_in = client.post("/login/", {"username": "demo", "password": "demo"})
    assert signed_in.status_code == 302
    assert User.objects.get(username="demo").is_superuser


def test_the_colleagues_cannot_sign_in(demo):
    colleagues = User.objects.exclude(username="demo")

    assert colleagues.count() == 2
    assert not any(user.has_usable_password() or user.is_superuser for user in colleagues)


def test_there_is_enough_of_everything_to_look_at(demo):
    assert Contact.objects.count() == 40
    assert Phone.objects.count() > 70
    assert (Company.objects.count(), Deal.objects.count(), Number.objects.count()) == (3, 12, 3)
    assert 300 < Message.objects.count() < 600
    assert Comment.objects.filter(kind=Comment.Kind.COMMENT).count() > 40
    assert Message.objects.filter(contact__name=people.LONGEST_STORY).count() >= 60
    assert Message.objects.filter(segments__gte=3).exists()
    assert Message.objects.filter(encoding="UCS-2").exists()
    assert Deal.objects.values("stage").distinct().count() == len(Deal.Stage)
    assert Trigger.objects.get(prefix="sales:").number.address.startswith("+44")


def test_every_status_can_be_seen(demo):
    assert set(Message.objects.values_list("status", flat=True)) == set(Status.values)


def test_a_second_run_changes_nothing_and_costs_next_to_nothing(
    demo, capsys, django_assert_max_num_queries
):
    before = Message.objects.count(), Contact.objects.count(), User.objects.count()

    with django_assert_max_num_queries(6):
        call_command("seed_demo")

    assert (Message.objects.count(), Contact.objects.count(), User.objects.count()) == before
    assert "Nothing was added" in capsys.readouterr().out


def test_outside_demo_mode_it_refuses(db, settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO is not set"):
        call_command("seed_demo")

    assert not User.objects.exists()


def test_a_database_with_records_of_its_own_gets_no_demo_account(carol):
    call_command("seed_demo")

    assert not User.objects.filter(username="demo").exists()
    assert Contact.objects.get() == carol


@pytest.mark.django_db(transaction=True)
def test_nothing_leaves_afterwards():
    assert seed()
    attempts = Attempt.objects.count()

    outbox.sweep()
    handed_over = outbox.drain(linger=timedelta(0))

    assert handed_over == 0
    assert Attempt.objects.count() == attempts
    soonest = Message.objects.filter(status=Status.QUEUED).earliest("send_after")
    assert soonest.send_after > timezone.now() + timedelta(days=1)


def test_every_number_is_valid_and_kept_for_fiction(demo):
    for e164 in Phone.objects.values_list("e164", flat=True):
        assert phones.parse(e164) == e164
        assert e164.startswith(("+121255501", "+447700900", "+442079460")), e164


def test_only_those_who_are_there_for_it_have_numbers_that_fail(demo):
    magic = Phone.objects.filter(e164__regex=r"9\d$")

    assert set(magic.values_list("contact__tags__name", flat=True)) == {"Simulator"}
    assert magic.count() == len(people.TRIALS)


def test_every_status_comes_with_its_times(demo):
    for message in Message.objects.filter(direction=Direction.OUTBOUND):
        assert (message.sent_at is not None) == (message.status in TIED_TO_SENT)
        assert (message.settled_at is not None) == (message.status in SETTLED)
        assert (message.lease_until is not None) == (message.status == Status.SENDING)
        times = [message.created_at, message.send_after, message.sent_at, message.settled_at]
        if message.status not in {Status.QUEUED, Status.CANCELLED}:
            assert [t for t in times if t] == sorted(t for t in times if t)


def test_every_attempt_is_there_and_fits_its_message(demo):
    for message in Message.objects.prefetch_related("attempts"):
        attempts = list(message.attempts.all())
        assert [one.attempt_no for one in attempts] == list(range(1, message.attempt_no + 1))
        if message.status in TIED_TO_SENT:
            assert attempts[-1].outcome == Attempt.Outcome.ACCEPTED
            assert message.external_id
        if attempts:
            assert attempts[-1].claim_token == message.claim_token


def test_sizes_and_reasons_are_the_ones_the_app_would_have_written(demo):
    for message in Message.objects.all():
        size = measure(message.text)
        assert (message.encoding, message.segments) == (size.encoding, size.segments)
        assert message.reason in {"", "replied", *SENTENCES}
        assert "{" not in message.text


def test_nobody_is_texted_after_asking_not_to_be(demo):
    for recipient in Recipient.objects.opted_out():
        later = Message.objects.filter(phone=recipient.phone, direction=Direction.OUTBOUND).filter(
            created_at__gt=recipient.opted_out_at, is_confirmation=False
        )
        assert {message.status for message in later} == {Status.FAILED}
        assert recipient.events.exists()

    assert Recipient.objects.opted_out().count() == 2
    texted = set(Message.objects.values_list("phone", flat=True))
    assert set(Recipient.objects.values_list("phone", flat=True)) == texted


def test_the_contact_lists_roll_ups_equal_the_rows(demo):
    for contact in Contact.objects.all():
        sent = contact.messages.filter(direction=Direction.OUTBOUND).exclude(sent_at=None)
        received = contact.messages.filter(direction=Direction.INBOUND)
        assert contact.texts_sent == sent.count()
        assert contact.texts_received == received.count()
        assert contact.last_texted_at == max((row.sent_at for row in sent), default=NEVER)
        assert contact.last_reply_at == max((row.created_at for row in received), default=NEVER)


def test_every_conversation_is_as_its_last_text_left_it(demo):
    who = Message.objects.values_list("contact", flat=True).exclude(contact=None).distinct()
    assert Conversation.objects.exclude(contact=None).count() == who.count()
    for row in Conversation.objects.all():
        thread = Message.objects.filter(contact=row.contact, phone=row.phone)
        last = thread.latest("created_at")
        assert (row.last_message.created_at, row.last_at) == (last.created_at, last.created_at)
        assert row.unread == thread.filter(direction="inbound", read_at=None).count()

    assert Conversation.objects.filter(unread__gt=0).count() >= 4


def test_every_text_stands_on_its_contacts_timeline_once(demo):
    kind = ContentType.objects.get_for_model(Contact)
    on_contact = Q(tracks__comment__content_type=kind)

    rows = Message.objects.exclude(contact=None).annotate(
        there=Count("tracks", filter=on_contact),
        originals=Count("tracks", filter=Q(tracks__is_original=True)),
    )

    assert {(row.there, row.originals) for row in rows} == {(1, 1)}
    assert not Track.objects.filter(message__contact=None).exists()
    assert Comment.objects.filter(kind="track").count() == Track.objects.count()


def test_texts_typed_on_deals_and_companies_stand_there_too(demo):
    for record in [*Deal.objects.all(), *Company.objects.all()]:
        tracks = Track.objects.filter(comment__in=Comment.objects.on(record))
        originals = tracks.filter(is_original=True)
        assert originals.exists()
        assert not originals.filter(message__direction=Direction.INBOUND).exists()


def test_todays_use_of_each_number_is_what_was_tried_today(demo):
    now = timezone.now()
    tried: Counter[int] = Counter()
    for attempt in Attempt.objects.select_related("message__number"):
        number = attempt.message.number
        tried[number.pk] += caps.today(number, attempt.started_at) == caps.today(number, now)

    used = dict(DailyUse.objects.values_list("number", "used"))
    assert used == {pk: count for pk, count in tried.items() if count}


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 3, 1, 12, 2, tzinfo=UTC),  # a Sunday
        datetime(2026, 3, 2, 0, 2, tzinfo=UTC),
        datetime(2026, 3, 30, 4, 2, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, tzinfo=UTC),
    ],
    ids=str,
)
def test_at_whatever_hour_it_runs_the_past_is_past(db, now):
    assert seed(now)

    past = Message.objects.exclude(status=Status.QUEUED)
    for row in past:
        assert max(row.created_at, row.updated_at, row.settled_at or now, row.read_at or now) <= now
    assert not Comment.objects.filter(created_at__gt=now).exists()


def test_the_story_is_the_same_each_time(db):
    now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    tellings = []

    for _ in range(2):
        with transaction.atomic():
            assert seed(now)
            rows = Message.objects.order_by("reference")
            tellings.append(list(rows.values_list("reference", "text", "status", "created_at")))
            transaction.set_rollback(True)

    assert tellings[0] == tellings[1]
