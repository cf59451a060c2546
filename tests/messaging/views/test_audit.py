"""The audit log: what is written, that it stays as it was, and that two at once stay in order."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.utils import timezone

from contacts import audit
from contacts.audit import Action
from contacts.models import AuditEntry, Contact, ContactImport, Team
from messaging import accounts, consent, outbox, tokens
from messaging.models import Message, Number, Recipient, Status
from tests.messaging.views.test_settings_people import PASSWORD, edit

WRITERS, EACH = 8, 12


def last() -> AuditEntry:
    return AuditEntry.objects.latest("number")


def without_guards() -> Any:
    """As somebody who owns the server could: for this transaction the database refuses nothing."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE contacts_auditentry DISABLE TRIGGER USER")
        else:
            for name in ("audit_no_update", "audit_no_delete", "audit_no_replace"):
                cursor.execute(f"DROP TRIGGER {name}")


@pytest.fixture
def three(alice: User) -> list[AuditEntry]:
    """Three more rows, whatever there was before."""
    return [audit.note(Action.SETTINGS, by=alice, about=f"Number {n}") for n in range(3)]


@pytest.mark.storage
def test_each_row_covers_the_one_before_it(three: list[AuditEntry]) -> None:
    first, second, third = three

    assert [second.before, third.before] == [first.hash, second.hash]
    assert [row.number - first.number for row in three] == [0, 1, 2]
    assert audit.verify() == (third.number, third.hash)


@pytest.mark.storage
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE contacts_auditentry SET about = 'nothing'",
        "DELETE FROM contacts_auditentry",
        "TRUNCATE contacts_auditentry",
        "REPLACE INTO contacts_auditentry SELECT * FROM contacts_auditentry",
    ],
)
def test_the_database_itself_refuses_to_change_a_row(three: list[AuditEntry], sql: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert audit.verify()[0] == three[-1].number


@pytest.mark.storage
@pytest.mark.parametrize(
    "column", ["about = 'x'", "actor = 'x'", "action = 'x'", "actor_id = 7", "at = '2020-01-01'"]
)
def test_a_row_that_was_changed_all_the_same_is_named(three: list[AuditEntry], column: str) -> None:
    without_guards()
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE contacts_auditentry SET {column} WHERE number = %s", [three[1].number]
        )

    with pytest.raises(CommandError, match=f"Row {three[1].number} was changed"):
        call_command("verify_audit")


@pytest.mark.storage
def test_a_row_that_is_gone_is_named(three: list[AuditEntry]) -> None:
    without_guards()
    AuditEntry.objects.filter(number=three[1].number).delete()

    with pytest.raises(CommandError, match=f"Row {three[1].number} is missing"):
        call_command("verify_audit")


def test_rows_that_were_written_anew_do_not_follow(three: list[AuditEntry]) -> None:
    without_guards()
    forged = three[1]
    forged.about = "Nothing"
    forged.hash = audit.digest(forged)
    forged.save()

    with pytest.raises(CommandError, match=f"Row {three[2].number} does not follow"):
        call_command("verify_audit")


def test_an_end_that_was_cut_off_is_found_by_what_was_known(three: list[AuditEntry]) -> None:
    known = f"{three[2].number}:{three[2].hash}"
    call_command("verify_audit", "--known", known)
    without_guards()
    AuditEntry.objects.filter(number=three[2].number).delete()

    call_command("verify_audit")
    with pytest.raises(CommandError, match="is missing"):
        call_command("verify_audit", "--known", known)


def test_what_is_undone_is_not_in_the_log(alice: User) -> None:
    before = AuditEntry.objects.count()

    def fail() -> None:
        with audit.noting(Action.SETTINGS, by=alice) as say:
            say("Something")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert AuditEntry.objects.count() == before


@pytest.mark.storage
def test_many_at_once_make_one_chain(for_threads: None) -> None:
    before = AuditEntry.objects.count()
    failed: list[Exception] = []

    def write(n: int) -> None:
        try:
            for k in range(EACH):
                with transaction.atomic():
                    Team.objects.create(name=f"Team {n} {k}")
                    audit.note(Action.TEAM, about=f"Team {n} {k}")
                    if k % 4 == 3:
                        transaction.set_rollback(True)
        except Exception as error:  # noqa: BLE001 (shown by the main thread)
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = WRITERS * EACH * 3 // 4
    assert failed == []
    assert Team.objects.count() == kept
    assert AuditEntry.objects.count() == before + kept
    assert audit.verify()[0] == before + kept


def test_signing_in_and_out_is_written(alice: User, client: Client) -> None:
    client.post("/login/", {"username": "alice", "password": "a-long-pass-phrase"})
    came = last()
    client.post("/logout/")

    assert (came.action, came.actor, came.about) == (Action.SIGNED_IN, "alice", "from 127.0.0.1")
    assert (last().action, last().actor_id) == (Action.SIGNED_OUT, alice.pk)


@pytest.mark.parametrize(
    ("typed", "about"),
    [("alice", "as alice, from 127.0.0.1"), ("my-password", "with a name nobody has, from 127")],
)
def test_a_failed_sign_in_is_written_but_never_what_may_be_a_password(
    alice: User, client: Client, typed: str, about: str
) -> None:
    client.post("/login/", {"username": typed, "password": "wrong"})

    assert last().action == Action.SIGN_IN_FAILED
    assert last().about.startswith(about)


def test_who_guesses_passwords_does_not_fill_the_log(alice: User, client: Client) -> None:
    before = AuditEntry.objects.count()

    for _ in range(25):
        client.post("/login/", {"username": "alice", "password": "wrong"})

    assert AuditEntry.objects.count() - before <= 11


def test_roles_tokens_and_deactivation_are_written(danas_browser: Client, alice: User) -> None:
    edit(danas_browser, alice, role="reader", password=PASSWORD)
    changed = last()
    token, secret = tokens.issue(alice, name="Script", by=alice)
    made = last()
    danas_browser.post(f"/settings/tokens/{token.pk}/revoke/")
    revoked = last()
    danas_browser.post(f"/settings/people/{alice.pk}/deactivate/")

    assert changed.about == "alice: Manager, no team → Read-only, no team, with a new password"
    assert changed.actor == "dana"
    assert [made.action, revoked.action] == [Action.TOKEN_MADE, Action.TOKEN_REVOKED]
    assert last().action == Action.DEACTIVATED
    written = " ".join(AuditEntry.objects.values_list("about", flat=True))
    assert secret not in written
    assert PASSWORD not in written


def test_exports_and_imports_are_written(alices_browser: Client, alice: User) -> None:
    b"".join(alices_browser.get("/contacts/export/?q=carol"))
    exported = last()
    row = ContactImport.objects.create(author=alice, name="x", header=["Name"], mapping=["name"])
    alices_browser.post(f"/contacts/import/{row.pk}/", {"column-0": "name", "updates": "on"})

    assert exported.action == Action.EXPORTED
    assert exported.about == "Contacts, those that some filters find"
    assert last().action == Action.IMPORTED
    assert last().about == f"Import {row.pk}"


def test_an_opt_in_is_written_without_the_number(alice: User) -> None:
    consent.opt_out("+12125550123", source="person", user=alice)
    consent.opt_in("+12125550123", user=alice, how="by phone", words="Yes, text me")

    assert (last().action, last().about) == (Action.OPTED_IN, "…0123: they agreed, by phone")


def test_sending_an_unconfirmed_text_again_is_written(
    alice: User, number: Number, carol: Contact
) -> None:
    message = outbox.enqueue(
        text="Hi", phone="+12125550123", number=number, origin="form", author=alice, contact=carol
    )
    Message.objects.update(status=Status.UNCONFIRMED, sent_at=timezone.now())

    assert outbox.send_anyway(message, alice)
    assert (last().action, last().about) == (Action.SENT_AGAIN, f"Message {message.pk}")


def test_settings_are_written_by_what_was_changed(danas_browser: Client, number: Number) -> None:
    form = {"label": "Desk", "address": number.address, "gateway": "simulator", "active": "on"}
    danas_browser.post(f"/numbers/{number.pk}/", form)

    assert last().action == Action.SETTINGS
    assert last().about.startswith(f"Number {number.pk} Desk")
    assert "label" in last().about


def test_an_account_that_is_deleted_stays_in_the_log(alice: User) -> None:
    audit.note(Action.SETTINGS, by=alice)
    key = alice.pk

    alice.delete()

    assert (last().actor_id, last().actor) == (key, "alice")


def test_the_log_is_shown_to_admins_filtered(danas_browser: Client, alice: User) -> None:
    audit.note(Action.TEAM, by=alice, about="East was made")
    audit.note(Action.SETTINGS, by=None, about="Number 1")
    today = timezone.localdate()

    def shows(**asked: str) -> tuple[bool, bool]:
        page = danas_browser.get("/settings/audit/", asked).content.decode()
        return "East was made" in page, "Number 1" in page

    assert shows() == (True, True)
    assert shows(who="alice") == (True, False)
    assert shows(action="settings") == (False, True)
    assert shows(since=f"{today}", until=f"{today}") == (True, True)
    assert shows(until=f"{today - timedelta(days=2)}") == (False, False)


def test_a_long_log_has_pages(danas_browser: Client) -> None:
    for n in range(60):
        audit.note(Action.TEAM, about=f"Team {n:03}")

    first = danas_browser.get("/settings/audit/?action=team")
    older = danas_browser.get(f"/settings/audit/?action=team&cursor={first.context['page'].next}")

    assert "Team 059" in first.content.decode()
    assert "Team 009" in older.content.decode()


def test_the_last_admin_leaves_no_row_behind(alice: User, db: None) -> None:
    root = User.objects.create_superuser("root")
    before = AuditEntry.objects.count()

    with pytest.raises(accounts.AccountRefused):
        accounts.deactivate(root)

    assert AuditEntry.objects.count() == before
    assert not Recipient.objects.exists()
