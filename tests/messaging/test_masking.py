"""Log lines are read by people, copied into tickets and kept: they hold nobody's number."""

import logging
from copy import copy

import pytest
from django.conf import settings
from django.db import OperationalError

from messaging.masking import Masking, masked

TOKEN = "a-token-that-nobody-may-read-0123456789"


@pytest.fixture
def line():
    """What the configured handler would write for a record."""
    made = copy(settings.LOGGING["formatters"]["plain"])
    assert made.pop("()") == f"{Masking.__module__}.{Masking.__name__}"
    formatter = Masking(made["format"], style=made["style"])
    return lambda record: formatter.format(record)


def record_of(message, *args, exc_info=None):
    return logging.LogRecord(
        "django.request", logging.WARNING, __file__, 1, message, args, exc_info
    )


def test_a_webhooks_address_is_logged_without_its_token(line):
    written = line(record_of("%s: %s", "Service Unavailable", f"/webhooks/seven/{TOKEN}/"))

    assert TOKEN not in written
    assert "Service Unavailable: /webhooks/seven/…/" in written


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Sent to +12125550123.", "Sent to +1212…23."),
        ("from=+447700900417 to=+12125550100", "from=+4477…17 to=+1212…00"),
        ("(+4930123456)", "(+4930…56)"),
    ],
)
def test_of_a_phone_only_its_ends_are_logged(said, kept):
    assert masked(said) == kept


@pytest.mark.parametrize(
    "said",
    ["took 1.25 s", "2026-11-26T12:38:19+01:00", "message 12125550123", "+12 more", "a+1234567890"],
)
def test_what_is_no_phone_stays(said):
    assert masked(said) == said


@pytest.mark.parametrize(("error", "is_short"), [(OperationalError, True), (ValueError, False)])
def test_a_database_that_is_away_fills_no_log(line, error, is_short):
    try:
        raise error("the server\nis down")
    except error as told:
        written = line(record_of("Broken: /inbox/", exc_info=(error, told, told.__traceback__)))

    first, *rest = written.splitlines()
    assert first.endswith("Broken: /inbox/")
    assert (rest == ["The database does not answer: the server is down"]) is is_short
    assert ("Traceback" in written) is not is_short


def test_a_traceback_is_masked_too(line):
    try:
        raise ValueError("nothing at +12125550123")
    except ValueError as error:
        written = line(record_of("It broke", exc_info=(ValueError, error, error.__traceback__)))

    assert "ValueError: nothing at +1212…23" in written
    assert "+12125550123" not in written


@pytest.mark.django_db
def test_the_server_logs_a_refused_webhook_without_its_token(client, caplog, settings):
    settings.WEBHOOK_TOKEN = "another"

    client.post(f"/webhooks/seven/{TOKEN}/", data="{}", content_type="application/json")

    logged = [record for record in caplog.records if record.name == "django.request"]
    assert logged
    assert all(TOKEN in record.getMessage() for record in logged), "what the formatter is for"
    assert not any(TOKEN in masked(record.getMessage()) for record in logged)
