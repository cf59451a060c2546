"""
The same row in two forms, of two people or in two tabs: neither loses what the other saved.

A form is given a mark of each value as it was shown. A value that is another by the time it is
saved was changed by somebody else: it stays where this form left it alone, and is told where it
was to become a third.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeVar

from django.forms import BaseForm, CheckboxInput
from django.forms.widgets import ChoiceWidget
from django.http import Http404
from django.utils.text import Truncator

from contacts.forms.pick import Picked

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import QueryDict

    from contacts.changes import Snapshot
    from contacts.forms import RecordForm
    from contacts.models import Record

SHOWN = 500  # characters of a value that is told

AnyForm = TypeVar("AnyForm", bound=BaseForm)
AnyRow = TypeVar("AnyRow", bound="Model")


def marks(said: Snapshot) -> str:
    """For a hidden field of the form: “notes:1f0c…,email:…”."""
    return ",".join(f"{name}:{_mark(value)}" for name, (_, value) in said.items())


def settle(form: RecordForm, shown: str, stored: Record, now: Snapshot, typed: Snapshot) -> bool:
    """
    Whether a valid form may be saved. shown: its marks() as they were given out; stored: the record
    as it is, which says `now`; typed: what the form's own would say. Else the form has an error.
    """
    clashes, plain = [], set(form._meta.fields or ())
    for name in _changed(shown, now):
        if name not in form.fields and name != "phones":
            continue
        label, value = now[name]
        mine = _mark(typed[name][1]) if name in plain else ""
        if mine == _given(shown)[name]:
            setattr(form.instance, name, getattr(stored, name))
        elif mine != _mark(value):
            clashes.append(_told(label, value))
    if clashes:
        form.has_clashes = True
        form.add_error(None, _all_told(clashes))
    return not clashes


def find(rows: QuerySet[AnyRow], pk: int, post: QueryDict) -> AnyRow | None:
    """None where somebody deleted it since its form was shown. Raises Http404."""
    row = rows.filter(pk=pk).first()
    if row is None and not post.get("shown"):
        raise Http404
    return row


def caught_up(
    make: Callable[[QueryDict | None], AnyForm], post: QueryDict, *, is_gone: bool = False
) -> tuple[AnyForm, str]:
    """
    The same for a form of what is no record: the form, and the marks to show it with. make: the
    form of the row as it is now; with what was typed, where anything was. is_gone: it is that of a
    new row, because find() found none.
    """
    if is_gone:
        form = make(post)
        form.add_error(None, _GONE)
        return form, ""
    stored, given = make(None), _given(post.get("shown", ""))
    now = {field.name: (str(field.label), "\n".join(_values(field))) for field in stored}
    typed, clashes = post.copy(), []
    for name in _changed(post.get("shown", ""), now):
        label, value = now[name]
        mine = _mark("\n".join(_values(stored[name], post)))
        if mine == given[name]:
            _put(typed, stored[name])
        elif mine != _mark(value):
            clashes.append(_told(label, _words(stored[name])))
    form = make(typed or None)
    if clashes:
        form.add_error(None, _all_told(clashes))
    return form, marks(now)


def _values(field: Any, post: QueryDict | None = None) -> list[str]:
    """What the browser sends of it: as it stands there now, or as it was posted."""
    widget = field.field.widget
    value = field.value() if post is None else widget.value_from_datadict(post, {}, field.html_name)
    if isinstance(widget, CheckboxInput):
        return ["on"] if value else []
    if isinstance(widget, ChoiceWidget):
        chosen, offered = widget.format_value(value), list(_offered(field))
        first = [] if widget.allow_multiple_selected else offered[:1]
        return [one for one in offered if one in chosen] or first
    value = widget.format_value(value)
    return [str(getattr(value, "words", value) or "")]


def _offered(field: Any) -> dict[str, str]:
    return {str(value): str(label) for value, label in field.field.widget.choices}


def _words(field: Any) -> str:
    """What stands there now, for people."""
    values, widget = _values(field), field.field.widget
    if isinstance(widget, CheckboxInput):
        return "Yes" if values else "No"
    if isinstance(widget, ChoiceWidget):
        return ", ".join(_offered(field)[value] for value in values)
    return values[0]


def _put(typed: QueryDict, field: Any) -> None:
    """As if what stands there now had been typed."""
    typed.pop(field.html_name, None)
    if values := _values(field):
        typed.setlist(field.html_name, values)
    if isinstance(value := field.value(), Picked):
        typed[f"{field.html_name}_id"], typed[f"{field.html_name}_for"] = value.chosen, value.words


_GONE = (
    "Somebody deleted this meanwhile. What you typed still stands here: saving it makes it anew."
)
_KEPT = "What you typed still stands here: saving it now replaces that."


def _all_told(clashes: list[str]) -> str:
    return " ".join(["Somebody saved this meanwhile.", *clashes, _KEPT])


def _told(label: str, value: str) -> str:
    return f"{label}: now “{Truncator(value).chars(SHOWN)}”." if value else f"{label}: now empty."


def _changed(shown: str, now: Snapshot) -> Iterator[str]:
    """Of what was shown; fields that came since, or went, say nothing."""
    for name, mark in _given(shown).items():
        if name in now and _mark(now[name][1]) != mark:
            yield name


def _given(shown: str) -> dict[str, str]:
    return {name: mark for name, _, mark in (one.partition(":") for one in shown.split(","))}


def _mark(value: str) -> str:
    """The same for what differs in line ends only, as browsers send them."""
    return blake2b(value.replace("\r\n", "\n").strip().encode(), digest_size=4).hexdigest()
