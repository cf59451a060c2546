"""What is done to a few hundred contacts, in few statements; and how it is undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from contacts import changes
from contacts.forms.record import full_name
from contacts.models import BulkAction, Comment, Contact, Merge
from contacts.moments import micros, moment

Verb = BulkAction.Verb
Row = tuple[int, int | None]  # a contact's pk, and its owner's, or what BulkItem.before says


def do(action: BulkAction, rows: list[Row]) -> list[Row]:
    """Those of them that it changed."""
    return _DO[Verb(action.verb)](action, rows)


def undo(action: BulkAction, rows: list[Row]) -> set[int]:
    """Rows as `do` gave them; whom it changed back. What was changed since stays as it is."""
    return _UNDO[Verb(action.verb)](action, rows)


def note(action: BulkAction, rows: list[Row], *, is_undone: bool = False) -> None:
    """The change on each timeline, as a form would have put it there; archiving is on none."""
    if action.verb in {Verb.ARCHIVE, Verb.RESTORE}:
        return
    names = _names({action.owner_id, *(before for _, before in rows)})
    entries = []
    for pk, before in rows:
        pair = ("", str(action.tag))
        if action.verb == Verb.OWNER:
            pair = (names.get(before, ""), names.get(action.owner_id, ""))
        is_back = is_undone != (action.verb == Verb.UNTAG)
        entries.append((pk, *(pair[::-1] if is_back else pair)))
    label = "Owner" if action.verb == Verb.OWNER else "Tag"
    Comment.objects.bulk_create(changes.entry(Contact, action.author, label, *e) for e in entries)


def _names(pks: Iterable[int | None]) -> dict[int | None, str]:
    users = User.objects.filter(pk__in=[pk for pk in pks if pk])
    return {user.pk: full_name(user) for user in users}


def _tag(action: BulkAction, rows: list[Row]) -> list[Row]:
    have = _tagged(action, rows)
    new = [row for row in rows if row[0] not in have]
    _give_tag(action, (pk for pk, _ in new))
    return new


def _untag(action: BulkAction, rows: list[Row]) -> list[Row]:
    have = _tagged(action, rows)
    Contact.tags.through.objects.filter(tag=action.tag, contact__in=have).delete()
    return [row for row in rows if row[0] in have]


def _own(action: BulkAction, rows: list[Row]) -> list[Row]:
    new = [row for row in rows if row[1] != action.owner_id]
    _set_owner(action.owner_id, Contact.objects.filter(pk__in=[pk for pk, _ in new]))
    return new


def _archive(action: BulkAction, rows: list[Row]) -> list[Row]:
    """With the moment of the action, by which its undo knows whom nobody archived since."""
    current = Contact.objects.filter(pk__in=[pk for pk, _ in rows]).current()
    pks = set(current.values_list("pk", flat=True))
    Contact.objects.filter(pk__in=pks).update(
        archived_at=action.created_at, updated_at=timezone.now()
    )
    return [row for row in rows if row[0] in pks]


def _bring_back(action: BulkAction, rows: list[Row]) -> list[Row]:
    """But those who are a part of another contact."""
    theirs = Contact.objects.filter(pk__in=[pk for pk, _ in rows]).archived()
    found = dict(
        theirs.exclude(pk__in=Merge.objects.standing().values("gone")).values_list(
            "pk", "archived_at"
        )
    )
    Contact.objects.filter(pk__in=found).update(archived_at=None, updated_at=timezone.now())
    return [(pk, micros(found[pk])) for pk, _ in rows if pk in found]


_DO: dict[Verb, Callable[[BulkAction, list[Row]], list[Row]]] = {
    Verb.TAG: _tag,
    Verb.UNTAG: _untag,
    Verb.OWNER: _own,
    Verb.ARCHIVE: _archive,
    Verb.RESTORE: _bring_back,
}


def _back_tag(action: BulkAction, rows: list[Row]) -> set[int]:
    have = _tagged(action, rows)
    Contact.tags.through.objects.filter(tag=action.tag, contact__in=have).delete()
    return have


def _back_untag(action: BulkAction, rows: list[Row]) -> set[int]:
    new = {pk for pk, _ in rows} - _tagged(action, rows)
    _give_tag(action, new)
    return new


def _back_own(action: BulkAction, rows: list[Row]) -> set[int]:
    """Whose owner was changed once more since keeps the new one."""
    back: set[int] = set()
    for before in {before for _, before in rows}:
        pks = [pk for pk, owner in rows if owner == before]
        still = Contact.objects.filter(pk__in=pks, owner=action.owner_id)
        back |= set(still.values_list("pk", flat=True))
        _set_owner(before, still)
    return back


def _back_archive(action: BulkAction, rows: list[Row]) -> set[int]:
    pks = [pk for pk, _ in rows]
    still = Contact.objects.filter(pk__in=pks, archived_at=action.created_at)
    still.update(archived_at=None, updated_at=timezone.now())
    return set(pks)


def _back_restore(action: BulkAction, rows: list[Row]) -> set[int]:
    """With the moment they had, by which the undo of an older action knows them."""
    since = {pk: moment(before or 0) for pk, before in rows}
    current = Contact.objects.filter(pk__in=since).current()
    people = [Contact(pk=pk, archived_at=since[pk]) for pk in current.values_list("pk", flat=True)]
    current.update(updated_at=timezone.now())
    current.bulk_update(people, ["archived_at"])
    return set(since)


_UNDO: dict[Verb, Callable[[BulkAction, list[Row]], set[int]]] = {
    Verb.TAG: _back_tag,
    Verb.UNTAG: _back_untag,
    Verb.OWNER: _back_own,
    Verb.ARCHIVE: _back_archive,
    Verb.RESTORE: _back_restore,
}


def _tagged(action: BulkAction, rows: list[Row]) -> set[int]:
    through = Contact.tags.through.objects
    found = through.filter(tag=action.tag, contact__in=[pk for pk, _ in rows])
    return set(found.values_list("contact", flat=True))


def _give_tag(action: BulkAction, pks: Iterable[int]) -> None:
    through = Contact.tags.through
    rows = [through(contact_id=pk, tag_id=action.tag_id) for pk in pks]
    through.objects.bulk_create(rows, ignore_conflicts=True)


def _set_owner(owner: int | None, rows: Any) -> None:
    rows.update(owner=owner, updated_at=timezone.now())
