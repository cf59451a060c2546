"""Taking imported rows back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils import timezone

from contacts.importing import naming, storing, writing
from contacts.importing.custom_values import Olds
from contacts.importing.drafts import EMPTY, FIELDS
from contacts.importing.rows import Row
from contacts.importing.writing import among
from contacts.models import Comment, Contact, ContactImport, ImportRow, Merge, Phone
from contacts.models.contact import called

Outcome = ImportRow.Outcome
GONE = "The contact is not there any more."
USED = "Somebody texted, changed or commented on them since."
NAMED = "Something else names them since: a deal, a company, a text, a merge or another list."

Values = dict[str, Any]
_TYPED = [name for name in FIELDS if name not in {"name", "sort_name"}]  # those follow the others


def undo(rows: list[Row], named: Collection[int] = ()) -> None:
    """
    As it was before, the last row first; what somebody changed since, or wrote to, stays as it is
    now, and so do these contacts. In a transaction of the caller's; what happened is in the rows
    then, not told to the database.
    """
    contacts = _fetched({row.contact_id for row in rows if row.contact_id})
    commented = _commented(contacts)
    custom = Olds(rows)
    updated: list[Row] = []
    unused: set[int] = set()
    for row in rows:
        contact = contacts.get(row.contact_id or 0)
        if contact is None:
            _keep(row, GONE)
        elif row.outcome == Outcome.UPDATED:
            row.outcome = Outcome.UNDONE
            _restore(row, contact)
            custom.restore(row)
            updated.append(row)
        elif contact["pk"] in commented or _is_used(contact, row) or custom.differ(row):
            _keep(row, USED)
        elif contact["pk"] in named:
            _keep(row, NAMED)
        else:
            row.outcome = Outcome.UNDONE
            unused.add(contact["pk"])
    _write([row for row in updated if row.contact_id not in unused], contacts)
    custom.write(but=unused)
    _delete(unused, rows)
    _take_agreements(rows)
    made = [row.before["made"] for row in rows if "made" in row.before]
    if made:
        naming.forget(*({pk for one in made for pk in one[what]} for what in ("companies", "tags")))


def named(rows: list[Row], source: ContactImport) -> set[int]:
    """
    The contacts of these rows that would leave a gap: what Contact has a name for, of this app or
    any other, and merges; and those in another list, unless that was undone itself.
    """
    pks = {row.contact_id for row in rows if row.contact_id}
    theirs: list[tuple[Any, str]] = [
        (relation.related_model, relation.field.name)
        for relation in Contact._meta.related_objects
        if relation.related_model is not Phone and not relation.hidden
    ]
    theirs += [(Merge, "keep"), (Merge, "gone")]
    found = {
        pk
        for model, name in theirs
        for pk in model.objects.filter(**{f"{name}__in": among(pks)}).values_list(name, flat=True)
    }
    listed = ImportRow.objects.filter(
        contact__in=among(pks), outcome__in=[Outcome.UPDATED, Outcome.SAME]
    ).exclude(Q(source=source) | Q(source__state=ContactImport.State.UNDONE))
    return found | set(listed.values_list("contact", flat=True))


def _take_agreements(rows: list[Row]) -> None:
    """Also of contacts that are kept: what a list said of them is not known any more."""
    pairs = [(number, row) for row in rows for number in row.before.get("agreed", ())]
    if said := {number: f"Row {row.line}, undone" for number, row in pairs}:
        storing.said_yes.send(ImportRow, said=said, user=None, is_undone=True)


def _keep(row: Row, why: str) -> None:
    """What had been left out of it is said behind that."""
    row.outcome, row.problem = Outcome.KEPT, f"{why} {row.problem}".strip()[:250]


def _fetched(pks: set[int]) -> dict[int, Values]:
    names = ("pk", *FIELDS, "texts_sent", "texts_received")
    rows = Contact.objects.filter(pk__in=among(pks)).values(*names)
    return {row["pk"]: row for row in rows} if pks else {}


def _commented(contacts: Iterable[int]) -> set[int]:
    """Those with anything on their timeline."""
    kind = ContentType.objects.get_for_model(Contact)
    about = Comment.objects.filter(content_type=kind, object_id__in=among(contacts))
    return set(about.values_list("object_id", flat=True))


def _restore(row: Row, contact: Values) -> None:
    for name, (old, new) in row.before["fields"].items():
        if contact[name] == new:
            contact[name] = old


def _is_used(contact: Values, row: Row) -> bool:
    """Also who was given what the list does not say: rows that said more were undone before."""
    said = EMPTY | {name: new for name, (_, new) in row.before["fields"].items()}
    changed = any(contact[name] != said[name] for name in _TYPED)
    return bool(changed or contact["texts_sent"] or contact["texts_received"])


def _write(rows: list[Row], contacts: dict[int, Values]) -> None:
    """Of contacts that rows had filled in: what they are again, without what the rows gave them."""
    restored = [contacts[pk] for pk in {row.contact_id or 0 for row in rows}]
    for contact in restored:
        names = called(contact["first_name"], contact["last_name"], contact["email"])
        contact["name"], contact["sort_name"] = names
    values = [tuple(contact[name] for name in ("pk", *FIELDS)) for contact in restored]
    writing.update(Contact, FIELDS, values, updated_at=writing.moment(timezone.now()))
    phones = {(row.contact_id, pk) for row in rows for pk in row.before["phones"]}
    tags = {(row.contact_id, pk) for row in rows for pk in row.before["tags"]}
    _take(Phone, "pk", phones)
    _take(Contact.tags.through, "tag_id", tags)


def _take(model: Any, name: str, theirs: set[tuple[int | None, int]]) -> None:
    """Of these rows, each a contact and a key, those that are still so."""
    if theirs:
        rows = model.objects.filter(contact__in=among({contact for contact, _ in theirs}))
        found = rows.filter(**{f"{name}__in": among({key for _, key in theirs})})
        pairs = found.values_list("pk", "contact_id", name)
        gone = [pk for pk, contact, key in pairs if (contact, key) in theirs]
        model.objects.filter(pk__in=among(gone)).delete()


def _delete(pks: set[int], rows: list[Row]) -> None:
    for row in rows:
        if row.contact_id in pks:
            row.contact_id = None
    if pks:
        Contact.objects.filter(pk__in=pks).delete()
