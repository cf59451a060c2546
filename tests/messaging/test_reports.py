"""Delivery reports in any order, early, late and twice; and copies of what left elsewhere."""

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone

from contacts.models import Comment
from messaging import inbox
from messaging.gateways.base import Receipt
from messaging.models import Event, Message, Status
from messaging.outbox.claim import Claim
from messaging.outbox.deliver import Result
from messaging.outbox.record import record
from tests.messaging.webhooks import CAROLS, OURS, post, report

pytestmark = pytest.mark.usefixtures("gateways")

STATUSES = {"sent": "TRANSMITTED", "failed": "FAILED", "undelivered": "EXPIRED"}
STATUSES["delivered"] = "DELIVERED"


def copy(text, *, external_id="SM2", sender=OURS, to=CAROLS):
    """smrtPhone tells us that a text left one of our numbers."""
    fields = {"event": "smsOutgoing", "smsId": external_id, "from": sender, "to": to}
    return post("smrtphone", fields | {"message": text})


def records_acceptance(message, external_id):
    """The sending process comes to write down the gateway's receipt."""
    claim = Claim(
        message_id=message.pk,
        gateway=message.gateway,
        contact_id=message.contact_id,
        attempt_no=1,
        tries=0,
        token=message.claim_token,
        lease_until=timezone.now(),
        expires_at=None,
        outgoing=None,
    )
    record([Result(claim, receipt=Receipt(external_id))])


@pytest.mark.parametrize("order", list(itertools.permutations(STATUSES)))
def test_in_whatever_order_reports_come_the_best_news_stays(order, sent):
    message = sent()

    for status in order:
        report("seven", STATUSES[status], external_id=message.external_id)

    message.refresh_from_db()
    assert (message.status, message.reason) == ("delivered", "")


@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "failed", "undelivered"])))
def test_bad_news_ends_the_same_in_any_order_too(order, sent):
    message = sent()

    for status in [*order, *order]:
        report("seven", STATUSES[status], external_id=message.external_id)

    message.refresh_from_db()
    assert (message.status, message.reason) == ("undelivered", "expired")


def test_a_report_that_overtakes_our_own_commit_wins_and_is_counted_once(sent, carol):
    message = sent(status=Status.SENDING, external_id="")

    report("seven", "DELIVERED", external_id="771", reference=message.reference.hex)
    records_acceptance(message, "771")

    message.refresh_from_db()
    carol.refresh_from_db()
    assert (message.status, message.external_id) == ("delivered", "771")
    assert carol.texts_sent == 1


def test_a_report_with_only_an_id_we_do_not_know_yet_waits_for_it(sent, carol):
    message = sent(status=Status.SENDING, external_id="")

    report("seven", "DELIVERED", external_id="771")
    parked = Event.objects.get().state
    records_acceptance(message, "771")
    inbox.apply_waiting()

    message.refresh_from_db()
    carol.refresh_from_db()
    assert parked == "parked"
    assert (message.status, Event.objects.get().state) == ("delivered", "applied")
    assert carol.texts_sent == 1


def test_a_report_settles_what_was_unconfirmed_and_counts_it(sent, carol):
    message = sent(status=Status.UNCONFIRMED, external_id="")

    report("seven", "DELIVERED", external_id="771", reference=str(message.reference))
    report("seven", "DELIVERED", external_id="771", reference=str(message.reference))

    message.refresh_from_db()
    carol.refresh_from_db()
    assert (message.status, message.external_id, carol.texts_sent) == ("delivered", "771", 1)
    assert carol.last_texted_at == message.sent_at


def test_a_report_ends_the_wait_for_another_try(sent):
    message = sent(status=Status.QUEUED, external_id="", sent_at=None)

    report("d7", "delivered", reference=str(message.reference))

    message.refresh_from_db()
    assert message.status == "delivered"


def test_a_report_about_a_text_that_never_left_moves_nothing(sent):
    message = sent(status=Status.QUEUED, external_id="", attempt_no=0, sent_at=None)

    report("d7", "delivered", reference=str(message.reference))

    message.refresh_from_db()
    assert (message.status, message.sent_at) == ("queued", None)


def test_a_reference_of_somebody_elses_does_not_hide_the_gateways_own_id(sent):
    message = sent()

    report("seven", "DELIVERED", external_id=message.external_id, reference="order-17")

    message.refresh_from_db()
    assert message.status == "delivered"


def test_an_id_is_only_good_at_its_own_gateway(sent):
    message = sent(gateway="d7", external_id="771")

    report("seven", "DELIVERED", external_id="771")

    message.refresh_from_db()
    assert (message.status, Event.objects.get().state) == ("sent", "parked")


def test_why_it_did_not_arrive_is_told_in_our_words_and_theirs(sent):
    message = sent(gateway="smrtphone", external_id="SM2")

    post("smrtphone", "smrtphone_smsDeliveryCallback.json")

    message.refresh_from_db()
    assert (message.status, message.reason) == ("undelivered", "undelivered")
    assert message.detail == "undelivered Handset unreachable"


def test_a_copy_proves_that_an_unconfirmed_text_left(sent):
    message = sent(gateway="smrtphone", status=Status.UNCONFIRMED, external_id="")

    copy("See you at six\nMessage sent by Finch. To opt-out from texts reply with “STOP”.")

    message.refresh_from_db()
    assert (message.status, message.external_id) == ("sent", "SM2")
    assert Message.objects.count() == 1


def test_a_copy_gives_a_text_accepted_without_an_id_its_id(sent):
    message = sent(gateway="smrtphone", external_id="")

    copy("See you at six")
    report("smrtphone", "delivered", external_id="SM2")

    message.refresh_from_db()
    assert (message.status, message.external_id) == ("delivered", "SM2")


def test_a_copy_that_overtakes_our_commit_keeps_its_id(sent, carol):
    message = sent(gateway="smrtphone", status=Status.SENDING, external_id="")

    copy("See you at six")
    records_acceptance(message, "")

    message.refresh_from_db()
    carol.refresh_from_db()
    assert (message.status, message.external_id, carol.texts_sent) == ("sent", "SM2", 1)


def test_a_longer_text_is_no_proof_of_a_shorter_one(sent):
    message = sent("Ok", gateway="smrtphone", status=Status.UNCONFIRMED, external_id="")

    copy("Ok then, see you at six")

    message.refresh_from_db()
    assert message.status == "unconfirmed"
    assert Message.objects.filter(origin="gateway", text="Ok then, see you at six").exists()


@pytest.mark.parametrize("external_id", ["SM2", ""])
def test_what_somebody_sent_from_the_gateways_app_joins_the_history_once(
    external_id, carol, number
):
    copy("From the app", external_id=external_id)
    copy("From the app", external_id=external_id)

    message = Message.objects.get()
    carol.refresh_from_db()
    assert (message.contact, message.status, message.origin) == (carol, "sent", "gateway")
    assert [c.body for c in Comment.objects.on(carol)] == ["From the app"]
    assert carol.texts_sent == 1


def test_and_its_delivery_is_shown(carol, number):
    copy("From the app")
    report("smrtphone", "delivered", external_id="SM2")

    assert Message.objects.get().status == "delivered"


def test_a_text_still_waiting_here_is_not_taken_for_one_sent_from_the_app(sent):
    waiting = sent(
        gateway="smrtphone", status=Status.QUEUED, external_id="", attempt_no=0, sent_at=None
    )

    copy("See you at six")

    waiting.refresh_from_db()
    assert waiting.status == "queued"
    assert Message.objects.filter(origin="gateway").count() == 1


def test_an_old_text_with_the_same_words_is_not_proved_by_a_new_one(sent):
    message = sent(
        gateway="smrtphone",
        status=Status.UNCONFIRMED,
        external_id="",
        created_at=timezone.now() - timedelta(hours=73),
    )

    copy("See you at six")

    message.refresh_from_db()
    assert message.status == "unconfirmed"
