"""Making one contact of two, in one transaction, and undoing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from contacts import audit, changes, custom
from contacts.merging import moving, views
from contacts.merging.choices import BOTH, SECOND, Choice, choices
from contacts.models import Contact, CustomField, Merge, Phone

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: Two contacts are about to become one, or two again, in this transaction: arguments `contacts`.
#: Who listens holds what must not change meanwhile.
merging = Signal()
#: It is done: arguments `keep`, `gone` and `details`, a dictionary to put into what the way back
#: needs, and to find it in.
merged, unmerged = Signal(), Signal()

LABEL = "Merged contact"
_KEPT = ("kind", "label", "is_primary")


class CannotMerge(ValueError):
    """Why not: one plain sentence."""


@transaction.atomic
def merge(keep: Contact, gone: Contact, chosen: Mapping[str, str], *, author: User) -> Merge:
    """
    `gone` becomes a part of `keep`. chosen: by the name of a field, whether what `first` (keep)
    or `second` (gone) says stays, or `both`; what is not chosen is as usual. Raises CannotMerge.
    """
    merging.send(Merge, contacts=[keep, gone])
    keep, gone = _hold(keep, gone)
    if keep.archived_at or gone.archived_at or keep.pk == gone.pk:
        raise CannotMerge("One of them was archived or merged meanwhile.")
    details: dict[str, Any] = {"fields": {}, "custom": {}}
    for choice in choices(keep, gone):
        _choose(choice, chosen.get(choice.name, choice.usual), keep, gone, details)
    _keep_to_team(keep, gone, details)
    details |= _move_phones(keep, gone) | {"tags": _add_tags(keep, gone)}
    details["moved"] = moving.move(gone, keep)
    details["views"] = views.follow(gone, keep)
    keep.save()
    gone.archived_at = timezone.now()
    gone.save(update_fields=["archived_at", "updated_at"])
    changes.entry(Contact, author, LABEL, keep.pk, "", str(gone)).save()
    merged.send(Merge, keep=keep, gone=gone, details=details)
    row = Merge.objects.create(keep=keep, gone=gone, author=author, details=details)
    audit.note(audit.Action.MERGED, by=author, about=_said(row))
    return row


@transaction.atomic
def undo(merge: Merge, *, author: User) -> bool:
    """
    Two again; what somebody changed since stays with `keep`. False if it was undone already. Raises
    CannotMerge while `keep` is a part of another: what it had is there.
    """
    merging.send(Merge, contacts=[merge.keep, merge.gone])
    keep, gone = _hold(merge.keep, merge.gone)
    if Merge.objects.standing().filter(gone=keep).exists():
        raise CannotMerge(f"{keep} was merged into another contact since: undo that first.")
    if not Merge.objects.standing().filter(pk=merge.pk).update(undone_at=timezone.now()):
        return False
    details = merge.details
    _unchoose(keep, details)
    _move_phones_back(keep, gone, details)
    keep.tags.remove(*details["tags"])
    moving.back(details["moved"], keep, gone)
    views.back(details.get("views", {}))
    keep.save()
    gone.archived_at = None
    gone.save(update_fields=["archived_at", "updated_at"])
    changes.entry(Contact, author, LABEL, keep.pk, str(gone), "").save()
    unmerged.send(Merge, keep=keep, gone=gone, details=details)
    audit.note(audit.Action.UNMERGED, by=author, about=_said(merge))
    return True


def _said(merge: Merge) -> str:
    return f"Merge {merge.pk}: contact {merge.gone_id} into contact {merge.keep_id}"


def _hold(keep: Contact, gone: Contact) -> tuple[Contact, Contact]:
    """Both as they are now, locked, always in the same order."""
    rows = Contact.objects.select_for_update(of=["self"]).filter(pk__in=[keep.pk, gone.pk])
    found = {row.pk: row for row in rows.order_by("pk")}
    if len(found) < 2:
        raise CannotMerge("One of them is not there any more.")
    return found[keep.pk], found[gone.pk]


def _choose(
    choice: Choice, which: str, keep: Contact, gone: Contact, details: dict[str, Any]
) -> None:
    if which not in {SECOND, BOTH}:
        return
    if choice.field:
        had, has = custom.held(keep).get(choice.field.pk), custom.held(gone).get(choice.field.pk)
        details["custom"][str(choice.field.pk)] = [_plain(had), _plain(has)]
        custom.keep(keep, {choice.field: has.value if has else None})
        return
    name = Contact._meta.get_field(choice.name).attname  # type: ignore[union-attr]
    old, new = getattr(keep, name), getattr(gone, name)
    if which == BOTH:
        new = f"{old}\n\n{new}"[:10_000]
    details["fields"][name] = [old, new]
    setattr(keep, name, new)


def _keep_to_team(keep: Contact, gone: Contact, details: dict[str, Any]) -> None:
    """What only a team could see does not become everybody's by the way."""
    if keep.team_id is None and gone.team_id:
        details["fields"]["team_id"] = [None, gone.team_id]
        keep.team_id = gone.team_id


def _plain(row: Any) -> list[str]:
    """What a custom field held, for JSON; [] for nothing."""
    number = "" if row is None or row.number is None else str(row.number)
    return [row.text, number, str(row.day or "")] if row else []


def _unchoose(keep: Contact, details: dict[str, Any]) -> None:
    for name, (old, new) in details["fields"].items():
        if getattr(keep, name) == new:
            setattr(keep, name, old)
    held = custom.held(keep)
    for field in CustomField.objects.filter(pk__in=details["custom"]):
        old, new = details["custom"][str(field.pk)]
        if _plain(held.get(field.pk)) == new:
            words = next((word for word in old if word), "")
            custom.keep(keep, {field: custom.read(field, words)})


def _move_phones(keep: Contact, gone: Contact) -> dict[str, Any]:
    """What keep has already is dropped from gone; the rest moves, behind its own."""
    mine = set(keep.phones.values_list("e164", flat=True))
    has_primary = keep.phones.filter(is_primary=True).exists()
    dropped, moved = [], []
    for phone in gone.phones.all():
        was = {"e164": phone.e164, **{name: getattr(phone, name) for name in _KEPT}}
        if phone.e164 in mine:
            phone.delete()
            dropped.append(was)
            continue
        moved.append({"pk": phone.pk, "is_primary": phone.is_primary})
        phone.contact, phone.is_primary = keep, phone.is_primary and not has_primary
        phone.save()
    return {"phones": moved, "dropped": dropped}


def _move_phones_back(keep: Contact, gone: Contact, details: dict[str, Any]) -> None:
    """What `gone` was given meanwhile, by an import or the API, stays as it is."""
    has = dict(gone.phones.values_list("e164", "is_primary"))
    free = not any(has.values())
    for row in details["phones"]:
        still = Phone.objects.filter(pk=row["pk"], contact=keep).exclude(e164__in=has)
        still.update(contact=gone, is_primary=row["is_primary"] and free)
    for row in details["dropped"]:
        if row["e164"] not in has:
            is_primary = row["is_primary"] and free
            Phone.objects.create(contact=gone, **row | {"is_primary": is_primary})


def _add_tags(keep: Contact, gone: Contact) -> list[int]:
    mine = set(keep.tags.values_list("pk", flat=True))
    new = [tag.pk for tag in gone.tags.all() if tag.pk not in mine]
    keep.tags.add(*new)
    return new
