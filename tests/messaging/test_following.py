"""A text that waits goes to the phone its contact has by then, and a second try does too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from contacts.models import Comment, Contact
from messaging import broadcasts, consent, outbox, texting
from messaging.models import Broadcast, Message, Number, Origin, Status

pytestmark = pytest.mark.storage
OLD, NEW, OTHER = "+12125550123", "+12125550177", "+12125550178"


@pytest.fixture
def waiting(carol: Contact, number: Number, alice: User) -> Message:
    return texting.send(
        text="For Carol alone",
        phone=OLD,
        number=number,
        origin=Origin.FORM,
        author=alice,
        contact=carol,
        send_after=timezone.now() + timedelta(days=1),
    )


@pytest.fixture
def fair(carol: Contact, number: Number, alice: User) -> Broadcast:
    """To Carol, and to somebody with the phone she will have."""
    row = Broadcast.objects.create(name="Fair", text="Hi", author=alice, pasted=f"{OLD}\n{OTHER}")
    broadcasts.work()
    row.refresh_from_db()
    return row


def edit(browser: Client, carol: Contact, *phones: str) -> None:
    """Her form as it stands, with these phones instead."""
    rows = {f"phones-{place}-number": phone for place, phone in enumerate(phones)}
    kinds = {f"phones-{place}-kind": "mobile" for place, _ in enumerate(phones)}
    form = {"first_name": "Carol", "last_name": "Finch", **rows, **kinds}
    form |= {"phones-TOTAL_FORMS": str(len(phones)), "phones-INITIAL_FORMS": "0"}
    assert browser.post(f"{carol.get_absolute_url()}edit/", form).status_code == 302
    assert [phone.e164 for phone in carol.phones.order_by("pk")] == list(phones)


def test_what_waits_follows_to_the_phone_that_was_put_right(
    alices_browser: Client, carol: Contact, waiting: Message
) -> None:
    edit(alices_browser, carol, NEW)

    waiting.refresh_from_db()
    assert (waiting.phone, waiting.status) == (NEW, Status.QUEUED)
    told = "changed Recipient of 1 waiting text from +1 212-555-0123 to +1 212-555-0177"
    assert told in Comment.objects.on(carol).get(kind="change").body


def test_it_is_not_sent_where_they_said_stop(
    alices_browser: Client, carol: Contact, waiting: Message
) -> None:
    consent.opt_out(NEW, source="reply", words="STOP")
    edit(alices_browser, carol, NEW)

    Message.objects.update(send_after=timezone.now())
    outbox.drain()

    waiting.refresh_from_db()
    assert (waiting.status, waiting.reason) == (Status.FAILED, "opted_out")


def test_what_waits_for_a_phone_that_is_still_theirs_stays(
    alices_browser: Client, carol: Contact, waiting: Message
) -> None:
    edit(alices_browser, carol, OLD, NEW)

    waiting.refresh_from_db()
    assert waiting.phone == OLD


def test_without_a_phone_it_is_taken_back_and_the_timeline_says_so(
    alices_browser: Client, carol: Contact, waiting: Message
) -> None:
    edit(alices_browser, carol)

    waiting.refresh_from_db()
    assert waiting.status == Status.CANCELLED
    told = "removed 1 waiting text to +1 212-555-0123"
    assert told in Comment.objects.on(carol).get(kind="change").body


def test_what_left_stays_where_it_went(
    alices_browser: Client, carol: Contact, waiting: Message
) -> None:
    Message.objects.update(status=Status.SENT, sent_at=timezone.now())

    edit(alices_browser, carol, NEW)

    waiting.refresh_from_db()
    assert waiting.phone == OLD


def start_around(fair: Broadcast, is_queued: bool, act: Callable[[], object]) -> None:
    """Act once its texts wait for tomorrow, or before there are any."""
    tomorrow = timezone.now() + timedelta(days=1)
    if not is_queued:
        act()
    broadcasts.start(fair, send_at=tomorrow if is_queued else None, is_local=False)
    broadcasts.work()
    if is_queued:
        act()


@pytest.mark.parametrize("is_queued", [False, True])
def test_a_broadcast_follows_too(
    alices_browser: Client, carol: Contact, fair: Broadcast, is_queued: bool
) -> None:
    start_around(fair, is_queued, lambda: edit(alices_browser, carol, NEW))

    assert set(fair.recipients.values_list("phone", flat=True)) == {NEW, OTHER}
    assert set(Message.objects.values_list("phone", flat=True)) == {NEW, OTHER}


@pytest.mark.parametrize("is_queued", [False, True])
def test_nobody_gets_a_broadcast_twice_by_it(
    alices_browser: Client, carol: Contact, fair: Broadcast, is_queued: bool
) -> None:
    start_around(fair, is_queued, lambda: edit(alices_browser, carol, OTHER))

    left = Message.objects.filter(status=Status.QUEUED)
    assert list(left.values_list("phone", flat=True)) == [OTHER]


def test_a_second_try_goes_to_the_phone_they_have_now(
    alices_browser: Client, carol: Contact, waiting: Message, alice: User
) -> None:
    Message.objects.update(status=Status.FAILED, reason="invalid_number")
    edit(alices_browser, carol, NEW)

    assert outbox.send_again(waiting, author=alice).phone == NEW


@pytest.mark.parametrize(("has_now", "goes_to"), [(NEW, [NEW]), (OTHER, [])])
def test_so_does_whoever_a_broadcast_missed_unless_that_phone_got_it(
    alices_browser: Client, carol: Contact, fair: Broadcast, has_now: str, goes_to: list[str]
) -> None:
    broadcasts.start(fair, send_at=None, is_local=False)
    broadcasts.work()
    Message.objects.update(status=Status.DELIVERED)
    Message.objects.filter(phone=OLD).update(status=Status.FAILED, reason="invalid_number")
    edit(alices_browser, carol, has_now)

    fair.refresh_from_db()
    assert broadcasts.retry_failed(fair)
    broadcasts.work()

    queued = Message.objects.filter(status=Status.QUEUED).values_list("phone", flat=True)
    assert list(queued) == goes_to
