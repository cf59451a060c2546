"""Each kind of row of the audit log is written by what people do, and a list says by what."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from contacts import audit, merging
from contacts.audit import Action
from contacts.models import AuditEntry, Company, Contact, Deal, Merge, SavedView, Tag, Team
from contacts.progress import Progress
from messaging import backup, broadcasts, fence, tokens
from messaging.models import Invitation, Number, Template
from tests.messaging.views import test_approval, test_audit


def last() -> tuple[str, str, str]:
    row = AuditEntry.objects.latest("number")
    return row.action, row.actor, row.about


@pytest.fixture
def dave(db: None) -> Contact:
    return Contact.objects.create(first_name="Dave")


@pytest.fixture
def merge(alice: User, carol: Contact, dave: Contact) -> Merge:
    return merging.merge(carol, dave, {}, author=alice)


def test_a_merge_and_its_undo_are_written_by_their_keys(
    alices_browser: Client, merge: Merge
) -> None:
    about = f"Merge {merge.pk}: contact {merge.gone_id} into contact {merge.keep_id}"
    merged = last()
    alices_browser.post(f"/merges/{merge.pk}/undo/")
    undone, rows = last(), AuditEntry.objects.count()
    alices_browser.post(f"/merges/{merge.pk}/undo/")

    assert merged == (Action.MERGED, "alice", about)
    assert undone == (Action.UNMERGED, "alice", about)
    assert AuditEntry.objects.count() == rows, "what was undone already is not written again"


@pytest.mark.parametrize("noun", ["contact", "company", "deal"])
def test_a_deleted_record_is_written_by_its_key(
    alices_browser: Client, alice: User, carol: Contact, bakery: Company, roof: Deal, noun: str
) -> None:
    record: Any = {"contact": carol, "company": bakery, "deal": roof}[noun]
    secret = tokens.issue(alice, name="Script")[1]

    alices_browser.post(f"{record.get_absolute_url()}delete/")
    by_page = last()
    type(record).objects.bulk_create([record])
    Client().delete(
        f"/api/v1{record.get_absolute_url()}".rstrip("/"),
        headers={"Authorization": f"Bearer {secret}"},
    )

    assert by_page == last() == (Action.DELETED, "alice", f"{noun.capitalize()} {record.pk}")
    assert AuditEntry.objects.filter(action=Action.DELETED).count() == 2


def test_a_merge_that_cannot_be_is_not_written(alice: User, merge: Merge) -> None:
    before = AuditEntry.objects.count()

    with pytest.raises(merging.CannotMerge):
        merging.merge(merge.keep, merge.gone, {}, author=alice)

    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    ("given", "about"),
    [
        ({"verb": "tag", "tag": "vip"}, "Add tag {tag}: 2 ticked contacts"),
        ({"verb": "archive"}, "Archive: 2 ticked contacts"),
        ({"verb": "owner", "owner": ""}, "Set owner to nobody: 2 ticked contacts"),
        (
            {"verb": "archive", "everybody": "on", "confirmed": "1", "query": "q=a"},
            "Archive: all that a list found",
        ),
    ],
)
def test_a_bulk_action_and_its_undo_are_written_once(
    alices_browser: Client, carol: Contact, dave: Contact, given: dict[str, str], about: str
) -> None:
    tag = Tag.objects.create(name="vip")
    page = alices_browser.post("/contacts/bulk/", given | {"pk": [carol.pk, dave.pk]}, follow=True)
    action = page.context["bulk"].action
    told = f"Bulk action {action.pk}, {about.format(tag=tag.pk)}"
    done = last()
    for _ in range(2):
        alices_browser.post(f"/contacts/bulk/{action.pk}/undo/")

    assert done == (Action.BULK, "alice", told)
    assert last() == (Action.BULK_UNDONE, "alice", told)
    assert AuditEntry.objects.filter(action=Action.BULK_UNDONE).count() == 1


def test_templates_of_the_team_are_written_and_ones_own_are_not(
    alices_browser: Client, alice: User
) -> None:
    given = {"name": "hello", "text": "Hello!"}
    alices_browser.post("/templates/new/", given)
    before, row = AuditEntry.objects.filter(action=Action.SETTINGS).count(), Template.objects.get()
    alices_browser.post(f"/templates/{row.pk}/", given | {"is_shared": "on"})
    shared = last()
    alices_browser.post(f"/templates/{row.pk}/delete/")

    assert before == 0
    assert shared == (Action.SETTINGS, "alice", f"Template {row.pk} /hello: is_shared")
    assert last() == (Action.SETTINGS, "alice", f"Deleted template {row.pk} /hello")


def test_views_of_the_team_are_written_and_ones_own_are_not(
    alices_browser: Client, alice: User
) -> None:
    given = {"of": "contacts", "query": "q=a", "name": "All"}
    alices_browser.post("/views/new/", given)
    before, row = AuditEntry.objects.filter(action=Action.SETTINGS).count(), SavedView.objects.get()
    alices_browser.post(f"/views/{row.pk}/", {"name": "All", "is_shared": "on"})
    shared, rows = last(), AuditEntry.objects.count()
    alices_browser.post(f"/views/{row.pk}/", {"name": "All"})
    taken_back, more = last(), AuditEntry.objects.count() - rows
    SavedView.objects.update(is_shared=True)
    alices_browser.post(f"/views/{row.pk}/keep/", {"query": "q=b"})
    kept = last()
    alices_browser.post(f"/views/{row.pk}/delete/")

    assert (before, more) == (0, 1)
    assert shared == taken_back == (Action.SETTINGS, "alice", f"View {row.pk} All: is_shared")
    assert kept == (Action.SETTINGS, "alice", f"View {row.pk} All: query")
    assert last() == (Action.SETTINGS, "alice", f"Deleted view {row.pk} All")


def test_an_invitation_is_written_and_so_is_its_end(danas_browser: Client) -> None:
    danas_browser.post("/settings/invitations/", {"role": "agent"})
    made = last()
    row = Invitation.objects.get()
    danas_browser.post(f"/settings/invitations/{row.pk}/revoke/")

    assert made == (Action.ACCOUNT, "dana", "Invited somebody as Agent")
    assert last() == (Action.ACCOUNT, "dana", "Revoked an invitation as Agent")


def test_what_is_changed_in_the_admin_is_written(db: None, client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    client.post("/admin/contacts/tag/add/", {"name": "Gold", "hue": "20"})
    tag, made = Tag.objects.get(), last()
    client.post(f"/admin/contacts/tag/{tag.pk}/change/", {"name": "Silver", "hue": "20"})
    changed = last()
    ticked = {"action": "delete_selected", "_selected_action": [tag.pk], "post": "yes"}
    client.post("/admin/contacts/tag/", ticked)
    gone = last()

    for row, what in ((made, "Added"), (changed, "Changed"), (gone, "Deleted")):
        assert row == (Action.SETTINGS, "root", f"{what} tag {tag.pk} in the admin")


def test_an_erasure_is_written(danas_browser: Client, carol: Contact) -> None:
    pk = carol.pk
    danas_browser.post(f"/contacts/{pk}/erase/", {"name": str(carol)})

    assert last() == (Action.ERASED, "dana", f"Contact {pk}")


def test_a_restore_is_written_into_what_was_restored(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restored = SimpleNamespace(restore=lambda file: None)
    monkeypatch.setattr(backup, "_database", lambda: restored)
    monkeypatch.setattr(backup, "_check_kind", lambda file: None)

    backup.restore(tmp_path / "monday.backup", Progress(StringIO()), overwrite=False)

    assert last() == (Action.RESTORED, "", "monday.backup")


def test_unlocking_is_written(number: Number, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fence, "is_locked", lambda: True)
    monkeypatch.setattr(fence, "unlock", lambda: None)

    call_command("unlock_sending")

    assert last() == (Action.UNLOCKED, "", "On the command line; queued texts: 0")


def test_making_and_dissolving_a_team_is_written(danas_browser: Client) -> None:
    danas_browser.post("/settings/teams/new/", {"name": "East"})
    made, team = last(), Team.objects.get()
    danas_browser.post(f"/settings/teams/{team.pk}/delete/", {"to": ""})

    assert made == (Action.TEAM, "dana", "East was made")
    assert last() == (Action.TEAM, "dana", "East was dissolved into no team")


def test_a_broadcast_is_written_when_it_starts_and_when_it_is_approved(
    alices_browser: Client, bob: User, number: Number, settings: Any
) -> None:
    settings.BROADCAST_APPROVAL = 1
    alices_browser.post("/broadcasts/new/", test_approval.FORM)
    row = test_approval.ready()
    alices_browser.post(f"/broadcasts/{row.pk}/start/")
    asked = last()
    row.refresh_from_db()
    broadcasts.approve(row, by=bob)

    named = f"broadcast {row.pk} “Open day”"
    assert asked == (Action.BROADCAST_STARTED, "alice", f"asked for approval of {named}")
    assert last() == (Action.BROADCAST_APPROVED, "bob", named)


#: Which test shows that it is written. One more kind needs one more row.
SHOWN: dict[Action, Callable[..., Any]] = {
    Action.SIGNED_IN: test_audit.test_signing_in_and_out_is_written,
    Action.SIGNED_OUT: test_audit.test_signing_in_and_out_is_written,
    Action.SIGN_IN_FAILED: (
        test_audit.test_a_failed_sign_in_is_written_but_never_what_may_be_a_password
    ),
    Action.ACCOUNT: test_an_invitation_is_written_and_so_is_its_end,
    Action.DEACTIVATED: test_audit.test_roles_tokens_and_deactivation_are_written,
    Action.TEAM: test_making_and_dissolving_a_team_is_written,
    Action.TOKEN_MADE: test_audit.test_roles_tokens_and_deactivation_are_written,
    Action.TOKEN_REVOKED: test_audit.test_roles_tokens_and_deactivation_are_written,
    Action.EXPORTED: test_audit.test_exports_and_imports_are_written,
    Action.IMPORTED: test_audit.test_exports_and_imports_are_written,
    Action.DELETED: test_a_deleted_record_is_written_by_its_key,
    Action.ERASED: test_an_erasure_is_written,
    Action.MERGED: test_a_merge_and_its_undo_are_written_by_their_keys,
    Action.UNMERGED: test_a_merge_and_its_undo_are_written_by_their_keys,
    Action.BULK: test_a_bulk_action_and_its_undo_are_written_once,
    Action.BULK_UNDONE: test_a_bulk_action_and_its_undo_are_written_once,
    Action.BROADCAST_STARTED: test_a_broadcast_is_written_when_it_starts_and_when_it_is_approved,
    Action.BROADCAST_APPROVED: test_a_broadcast_is_written_when_it_starts_and_when_it_is_approved,
    Action.OPTED_IN: test_audit.test_an_opt_in_is_written_without_the_number,
    Action.SENT_AGAIN: test_audit.test_sending_an_unconfirmed_text_again_is_written,
    Action.RESTORED: test_a_restore_is_written_into_what_was_restored,
    Action.UNLOCKED: test_unlocking_is_written,
    Action.SETTINGS: test_audit.test_settings_are_written_by_what_was_changed,
}


@pytest.mark.parametrize("action", Action)
def test_every_kind_is_shown_to_be_written(action: Action) -> None:
    words = inspect.getsource(SHOWN[action])

    assert f"Action.{action.name}" in words or f'"{action.value}"' in words
    assert audit.Action is Action
