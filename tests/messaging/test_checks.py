"""System checks end in a sentence that says what to do."""

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError

from messaging import checks
from messaging.models import Number


def test_a_number_without_a_credential_names_the_variable(db, number):
    Number.objects.create(address="Larkmoor", label="Larkmoor", gateway="d7")

    (problem,) = checks.check_numbers(databases=["default"])

    assert "D7_API_TOKEN is empty" in problem.msg


@pytest.mark.parametrize(("retry", "workers", "count"), [(240, 2, 0), (180, 2, 1), (240, 4, 1)])
def test_a_queue_that_would_run_tasks_twice_is_refused(settings, retry, workers, count):
    settings.Q_CLUSTER = settings.Q_CLUSTER | {"retry": retry, "workers": workers}

    assert len(checks.check_queue()) == count


def test_the_demo_account_is_refused_outside_demo_mode(db, settings):
    User.objects.create_user("demo", password="demo")
    assert checks.check_demo_account(databases=["default"]) == []

    settings.DEMO = False

    assert "demo has the password demo" in checks.check_demo_account(databases=["default"])[0].msg


def test_a_short_webhook_token_is_refused(settings):
    settings.WEBHOOK_TOKEN = "short"

    assert checks.check_webhook_token()[0].id == "messaging.E003"


def test_the_check_command_looks_into_the_database(db):
    Number.objects.create(address="Larkmoor", label="Larkmoor", gateway="seven")

    with pytest.raises(SystemCheckError, match="SEVEN_API_KEY is empty"):
        call_command("check")


def test_a_database_that_does_not_answer_is_said(monkeypatch):
    class Away:
        def ensure_connection(self):
            raise OperationalError("connection refused\n\tIs the server running?")

    monkeypatch.setattr(checks, "connection", Away())

    (problem,) = checks.check_database(databases=["default"])

    assert problem.msg.endswith("check DATABASE_URL: connection refused Is the server running?")
    assert checks.check_database() == []
