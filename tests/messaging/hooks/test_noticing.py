"""The database notices by itself, in the transaction of the change, and only for who listens."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.operations import AlterField
from django.db.models import CharField
from django.db.models.signals import pre_migrate
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import Contact, Phone, Tag
from messaging import consent, outbox, reports
from messaging.gateways.base import DeliveryReport
from messaging.hooks import bell, delivering, noticing
from messaging.models import Delivery, Hook, Message, Status
from tests.messaging.webhooks import inbound

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def hook(**more: Any) -> Hook:
    return Hook.objects.create(url="http://127.0.0.1:9/", **more)


def news() -> list[tuple[str, str, str]]:
    rows = Delivery.objects.order_by("pk")
    return list(rows.values_list("event", "subject", "detail"))


def test_a_status_is_noticed_whoever_changes_it(sent: Any) -> None:
    told, lost, queued = sent(), sent(external_id="2"), sent(status=Status.QUEUED, external_id="3")
    hook(on_status=True)

    reports.move(told, DeliveryReport("delivered"))
    Message.objects.filter(pk=lost.pk).update(status=Status.FAILED)
    outbox.cancel(queued)

    assert news() == [
        ("message.status", str(told.pk), "delivered"),
        ("message.status", str(lost.pk), "failed"),
        ("message.status", str(queued.pk), "cancelled"),
    ]


def test_what_is_under_way_is_no_news(sent: Any) -> None:
    hook(on_status=True)
    message = sent(status=Status.SENDING)

    Message.objects.filter(pk=message.pk).update(status=Status.QUEUED, lease_until=None)
    Message.objects.filter(pk=message.pk).update(updated_at=timezone.now())

    assert news() == []


def test_a_text_that_comes_in_is_noticed_and_its_contact(gateways: None, number: Any) -> None:
    hook(on_received=True, on_contact=True)

    inbound("simulator", "Is it ready?")

    message, contact = Message.objects.get(), Contact.objects.get()
    assert set(news()) == {
        ("message.received", str(message.pk), "received"),
        ("contact.changed", str(contact.pk), "created"),
    }


def test_stop_and_coming_back_are_noticed_once_each(alice: Any) -> None:
    hook(on_optout=True)

    for _ in range(2):
        consent.opt_out("+12125550123", source="reply", words="STOP")
    consent.opt_in("+12125550123", user=alice, how="by phone", words="Yes, do")

    assert news() == [
        ("optout.changed", "+12125550123", "opted_out"),
        ("optout.changed", "+12125550123", "opted_in"),
    ]


def test_changes_of_a_contact_nobody_has_told_are_one_piece_of_news(carol: Any) -> None:
    hook(on_contact=True)

    carol.last_name = "Finch-Holm"
    carol.save()
    carol.tags.add(Tag.objects.create(name="vip"))
    Phone.objects.create(contact=carol, e164="+12125550124")
    carol.phones.filter(e164="+12125550124").update(label="night")
    carol.tags.clear()

    pk = carol.pk
    assert news() == [("contact.changed", str(pk), "updated")]
    carol.delete()
    assert news() == [("contact.changed", str(pk), "deleted")]


def test_counts_and_looks_are_no_change_of_a_contact(carol: Any) -> None:
    hook(on_contact=True)

    Contact.objects.filter(pk=carol.pk).update(texts_sent=7, updated_at=timezone.now())
    carol.save()

    assert news() == []


def test_what_is_rolled_back_was_never_news(sent: Any) -> None:
    message = sent()
    hook(on_status=True)

    with transaction.atomic():
        reports.move(message, DeliveryReport("delivered"))
        assert len(news()) == 1
        transaction.set_rollback(True)

    assert news() == []


def test_only_who_wants_to_hear_is_told(sent: Any) -> None:
    message = sent()
    hook(on_received=True)
    one, two = hook(on_status=True), hook(on_status=True, active=False)

    reports.move(message, DeliveryReport("delivered"))

    told = Delivery.objects.values_list("hook", flat=True)
    assert set(told) == {one.pk, two.pk}


def test_where_nobody_listens_nothing_is_asked_for_a_text(sent: Any) -> None:
    bell.forget()
    bell.ring()
    first, second = sent(), sent(external_id="2")
    reports.move(first, DeliveryReport("delivered"))

    with CaptureQueriesContext(connection) as asked:
        reports.move(second, DeliveryReport("delivered"))
        bell.ring()

    assert news() == []
    assert all("messaging_message" in one["sql"] for one in asked)
    assert not delivering.anything_due()


def test_a_table_can_be_altered_where_its_triggers_are_taken_away(carol: Any) -> None:
    hook(on_contact=True)
    operation = AlterField("contact", "job_title", CharField(max_length=130, blank=True))
    plan = [(SimpleNamespace(operations=[operation]), False)]
    noticing.install(connection)

    pre_migrate.send(sender=apps.get_app_config("messaging"), using="default", plan=[])
    kept = triggers()
    pre_migrate.send(sender=apps.get_app_config("messaging"), using="default", plan=plan)
    taken_away = triggers()
    noticing.install(connection)
    Contact.objects.filter(pk=carol.pk).update(job_title="Roofer")

    assert kept == triggers() == {trigger.name for trigger in noticing.TRIGGERS}
    assert taken_away == set()
    assert news() == [("contact.changed", str(carol.pk), "updated")]


def test_many_rows_of_one_statement_are_noticed_each_contact_once(
    carol: Contact,
) -> None:
    hook(on_contact=True)

    added = Contact.objects.bulk_create([Contact(first_name=name) for name in ("Ida", "Jon")])
    Phone.objects.bulk_create(
        Phone(contact=contact, e164=f"+1212555014{n}", display=f"{n}")
        for contact in (added[0], carol)
        for n in range(2)
    )

    assert news() == [
        *(("contact.changed", str(contact.pk), "created") for contact in added),
        ("contact.changed", str(carol.pk), "updated"),
    ]


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_a_trigger_from_before_that_is_called_for_each_row_is_made_anew(carol: Contact) -> None:
    hook(on_contact=True)
    name = "messaging_hooks_phone_added"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name} ON contacts_phone")
        cursor.execute(
            f"""CREATE TRIGGER {name} AFTER INSERT ON contacts_phone
            FOR EACH ROW EXECUTE FUNCTION {name}()"""
        )

        noticing.install(connection)

        cursor.execute("SELECT tgtype & 1 FROM pg_trigger WHERE tgname = %s", [name])
        assert cursor.fetchall() == [(0,)]
    Phone.objects.create(contact=carol, e164="+12125550149")
    assert news() == [("contact.changed", str(carol.pk), "updated")]


def triggers() -> set[str]:
    sql = (
        "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'messaging_hooks%'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE name LIKE 'messaging_hooks%'"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name for (name,) in cursor.fetchall()}
