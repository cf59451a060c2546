"""When machines may text, by the clock of whoever gets it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured

from contacts.models import Contact
from messaging import outbox, quiet_hours
from messaging.models import Message, Number, Origin
from messaging.outbox.claim import claim
from smscrm.environment import checked_hours
from tests.messaging.webhooks import CAROLS, inbound

US, UK, RUSSIA, NOWHERE = "+12125550123", "+447700900123", "+74955550123", "12345"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def at(clock, day=20, month=11):
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def broadcast(carol, number):
    def make(origin=Origin.BROADCAST, phone=CAROLS, contact=carol, **more):
        return outbox.enqueue(
            text="Closed on Monday",
            phone=phone,
            number=number,
            origin=origin,
            contact=contact,
            **more,
        )

    return make


def lives_in(contact, zone):
    Contact.objects.filter(pk=contact.pk).update(time_zone=zone)
    contact.refresh_from_db()


@pytest.mark.parametrize(
    ("zone", "now", "allowed"),
    [
        ("Europe/London", "08:00", "08:00"),
        ("Europe/London", "07:59", "08:00"),
        ("Europe/London", "20:59", "20:59"),
        ("Europe/London", "21:00", "32:00"),
        ("Asia/Kolkata", "01:00", "02:30"),
        ("Asia/Kolkata", "15:31", "26:30"),
        ("Pacific/Kiritimati", "18:00", "18:00"),
        ("Pacific/Kiritimati", "17:00", "18:00"),
        ("America/New_York", "03:00", "13:00"),
    ],
)
def test_the_next_moment_allowed_is_by_the_recipients_clock(zone, now, allowed):
    hours, minutes = map(int, allowed.split(":"))

    found = quiet_hours.next_allowed([zone], at(now))

    assert found == at("00:00") + timedelta(hours=hours, minutes=minutes)


def test_the_morning_after_the_clocks_change_begins_by_the_new_time():
    evening = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # summer time ends in the night

    found = quiet_hours.next_allowed(["Europe/Berlin"], evening)

    assert found == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)


def test_without_a_zone_it_has_to_suit_the_whole_country():
    zones = quiet_hours.zones_of(US)

    assert {"America/New_York", "Pacific/Honolulu"} <= set(zones)
    assert quiet_hours.next_allowed(zones, at("14:00")) == at("18:00")  # 08:00 in Honolulu, Adak
    assert quiet_hours.next_allowed(zones, at("20:00")) == at("20:00")
    assert quiet_hours.next_allowed(zones, at("03:00")) == at("18:00")


def test_even_the_widest_country_has_hours_that_suit_all_of_it():
    zones = quiet_hours.zones_of(RUSSIA)

    found = quiet_hours.next_allowed(zones, NOON)

    assert quiet_hours.is_allowed(zones, found)
    assert NOON < found < NOON + timedelta(days=1)


def test_where_no_hour_suits_all_the_first_zone_decides(settings):
    settings.TEXTING_HOURS = "10:00-11:00"

    found = quiet_hours.next_allowed(["Europe/London", "Asia/Tokyo"], at("09:00"))

    assert found == at("10:00")


@pytest.mark.parametrize(
    ("hours", "now", "open_at"),
    [
        ("", "03:00", "03:00"),
        ("09:00-09:00", "03:00", "03:00"),
        ("20:00-04:00", "03:00", "03:00"),
        ("20:00-04:00", "04:00", "20:00"),
        ("20:00 - 04:00", "23:59", "23:59"),
    ],
)
def test_the_window_can_be_another_or_none(hours, now, open_at, settings):
    settings.TEXTING_HOURS = hours

    assert quiet_hours.next_allowed(["Europe/London"], at(now)) == at(open_at)


@pytest.mark.parametrize("hours", ["8-21", "08:00", "08:00-", "soon", "08:00-25:00", "1-2-3"])
def test_hours_that_cannot_be_read_are_refused_at_start(hours):
    with pytest.raises(ImproperlyConfigured, match="08:00-21:00"):
        checked_hours(hours)


@pytest.mark.parametrize(
    ("phone", "zone", "zones"),
    [
        (UK, "", ("Europe/London",)),
        (UK, "Asia/Tokyo", ("Asia/Tokyo",)),
        (UK, "Atlantis/Capital", ("Europe/London",)),
        (NOWHERE, "", ("UTC",)),
        ("+8562012345678", "", ("Asia/Vientiane",)),
    ],
)
def test_a_contacts_own_zone_wins_and_somebody_without_any_gets_ours(phone, zone, zones, settings):
    settings.TIME_ZONE = "UTC"

    assert quiet_hours.zones_of(phone, zone) == zones


@pytest.mark.parametrize("origin", [Origin.BROADCAST, Origin.AUTOMATIC])
def test_what_machines_send_waits_for_the_morning(origin, broadcast, carol):
    lives_in(carol, "Europe/London")

    with time_machine.travel(at("22:30"), tick=False):
        message = broadcast(origin)
        claimed = claim("simulator", 10)

    message.refresh_from_db()
    assert claimed == []
    assert (message.status, message.reason) == ("queued", "quiet_hours")
    assert message.send_after == at("08:00", day=21)
    assert message.expires_at == at("08:00", day=22)

    with time_machine.travel(at("08:00", day=21), tick=False):
        assert [one.message_id for one in claim("simulator", 10)] == [message.pk]


@pytest.mark.parametrize("origin", [Origin.COMMENT, Origin.FORM, Origin.QUICK, Origin.API])
def test_what_a_person_or_the_api_sends_does_not_wait(origin, broadcast, carol):
    lives_in(carol, "Europe/London")

    with time_machine.travel(at("22:30"), tick=False):
        broadcast(origin)

        assert len(claim("simulator", 10)) == 1


@pytest.mark.parametrize("words", ["STOP", "HELP"])
def test_answers_to_somebody_who_is_awake_do_not_wait(words, carol, number):
    lives_in(carol, "Europe/London")

    with time_machine.travel(at("23:30"), tick=False):
        inbound("simulator", words)

        assert len(claim("simulator", 10)) == 1


def test_those_who_sleep_keep_nobody_waiting_who_is_awake(broadcast, carol, number):
    awake = Contact.objects.create(first_name="Yuki", time_zone="Asia/Tokyo")
    lives_in(carol, "Europe/London")

    with time_machine.travel(at("03:00"), tick=False):
        for _ in range(12):
            broadcast()
        wanted = broadcast(phone="+12125550145", contact=awake)
        claimed = claim("simulator", 5)

    assert [one.message_id for one in claimed] == [wanted.pk]
    assert Message.objects.filter(reason="quiet_hours").count() == 12


def test_a_text_that_waits_uses_up_no_allowance(broadcast, carol, number):
    Number.objects.update(daily_limit=1)
    lives_in(carol, "Europe/London")

    with time_machine.travel(at("03:00"), tick=False):
        broadcast()
        urgent = broadcast(Origin.FORM)

        assert [one.message_id for one in claim("simulator", 5)] == [urgent.pk]


@pytest.mark.parametrize(
    ("zone", "phone", "now", "sentence"),
    [
        ("Europe/London", UK, "23:40", "It is 23:40 for Carol (London)."),
        ("", UK, "06:05", "It is 06:05 for Carol (London)."),
        ("", UK, "12:00", ""),
        ("", US, "07:30", "It is between 21:30 and 02:30 for Carol."),
        ("", US, "14:00", ""),
    ],
)
def test_composers_are_told_what_time_it_is_there(zone, phone, now, sentence, carol):
    carol.time_zone = zone

    assert quiet_hours.warn(carol, phone, at(now)) == sentence


def test_a_bare_number_is_warned_about_by_itself():
    assert quiet_hours.warn(None, UK, at("23:40")) == ("It is 23:40 for +44 7700 900123 (London).")


def test_the_clock_there_is_told_where_there_is_one(carol):
    assert f"{quiet_hours.local_time(None, '+913312345678', NOON):%H:%M}" == "17:30"
    assert quiet_hours.local_time(None, US, NOON) is None
    carol.time_zone = "America/Denver"
    assert f"{quiet_hours.local_time(carol, US, NOON):%H:%M}" == "05:00"
