"""System checks: each says in one sentence what an operator has to do."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.checks import CheckMessage, Error, Tags
from django.core.checks import register as register_check
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from messaging import version, wire
from messaging.mail import configured


def register() -> None:
    register_check(check_queue)
    register_check(check_webhook_token, deploy=True)
    register_check(check_mail)
    register_check(check_database, Tags.database)
    register_check(check_version, Tags.database)
    register_check(check_demo_account, Tags.database)
    register_check(check_numbers, Tags.database)
    register_check(check_simulator, Tags.database)
    register_check(check_erased_opt_outs, Tags.database)


def refuse_to_start() -> None:
    """
    For web and workers: what must not be reached from outside. Everything else that is wrong is
    for `manage.py check` to say. Raises ImproperlyConfigured with one sentence.
    """
    every = ["default"]
    asked = (check_version, check_simulator, check_demo_account, check_erased_opt_outs)
    for problem in (problem for ask in asked for problem in ask(databases=every)):
        raise ImproperlyConfigured(str(problem.msg))


def check_queue(**_: Any) -> list[CheckMessage]:
    """django-q2 runs tasks twice when `retry` can pass before a waiting task has ended."""
    q: dict[str, Any] = settings.Q_CLUSTER
    floor = q["timeout"] * (1 + q["queue_limit"] / q["workers"]) + 60
    problems: list[CheckMessage] = []
    if q["retry"] <= floor:
        problems.append(
            Error(f"Q_CLUSTER['retry'] must be above {floor:.0f}.", id="messaging.E001")
        )
    if q["queue_limit"] != q["workers"]:
        problems.append(
            Error("Q_CLUSTER['queue_limit'] must equal 'workers'.", id="messaging.E002")
        )
    return problems


def check_webhook_token(**_: Any) -> list[CheckMessage]:
    if len(settings.WEBHOOK_TOKEN) >= 32:
        return []
    hint = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
    return [Error("WEBHOOK_TOKEN is empty or shorter than 32.", hint=hint, id="messaging.E003")]


def check_mail(**_: Any) -> list[CheckMessage]:
    """Texting by e-mail, where it is set up, is set up wholly: nothing of it fails in silence."""
    return [Error(problem, id="messaging.E008") for problem in configured.problems()]


def check_database(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """The checks below say nothing of a database they cannot ask."""
    try:
        if databases:
            connection.ensure_connection()
    except DatabaseError as error:
        return [Error(unusable(error), id="messaging.E009")]
    return []


def unusable(error: DatabaseError) -> str:
    """One sentence for whoever called a command, of what the database says in several lines."""
    return f"The database cannot be used, check DATABASE_URL: {' '.join(str(error).split())}"


def check_version(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """What a newer version keeps an older one may lose, or text a second time."""
    if not databases:
        return []
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return []
    if name := version.newer(applied):
        text = (
            f"A newer version of smscrm has used this database ({name}): start that one, or "
            "restore the backup that was made before it."
        )
        return [Error(text, id="messaging.E010")]
    return []


def check_demo_account(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Outside demo mode nobody may sign in with a password that stands in the README."""
    if settings.DEMO or not databases:
        return []
    try:
        account = User.objects.filter(username="demo", is_active=True).first()
    except DatabaseError:  # not migrated yet
        return []
    if account and account.check_password("demo"):
        text = "The account demo has the password demo: change it, or delete the account."
        return [Error(text, id="messaging.E005")]
    return []


def check_simulator(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Outside demo mode people expect that a number reaches somebody."""
    from messaging.models import Number

    if settings.DEMO or not databases:
        return []
    try:
        row = Number.objects.active().filter(gateway="simulator").first()
    except DatabaseError:  # not migrated yet
        return []
    if row is None:
        return []
    text = (
        f"{row} is carried by the simulator, which reaches nobody: give it to a gateway with "
        f"`manage.py add_number {row.address} --gateway seven`, or switch it off with --inactive."
    )
    return [Error(text, id="messaging.E006")]


def check_erased_opt_outs(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """With another SECRET_KEY nobody recognises those who opted out before they were erased."""
    from messaging.models import ErasedOptOut

    if not databases:
        return []
    try:
        count = ErasedOptOut.objects.unreadable().count()
    except DatabaseError:  # not migrated yet
        return []
    text = (
        f"SECRET_KEY was changed, and {count} erased numbers that opted out are recognised with "
        "the old one only: add that to SECRET_KEY_FALLBACKS."
    )
    return [Error(text, id="messaging.E007")] if count else []


def check_numbers(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """A number whose gateway has no credential would keep its texts waiting."""
    from messaging.models import Number

    if not databases:
        return []
    covered = {*wire.available(), "simulator"}  # which has a check of its own
    try:
        rows = list(Number.objects.active().exclude(gateway__in=covered))
    except DatabaseError:  # not migrated yet
        return []
    return [
        Error(f"{row} cannot send. {wire.missing(row.gateway)}", id="messaging.E004")
        for row in rows
    ]
