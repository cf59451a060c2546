"""A custom field: what it is called, what kind of thing it holds, what there is to choose from."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.utils.text import capfirst, slugify

from contacts.models import Company, Contact, CustomField, Deal, Record
from messaging import merging
from messaging.merging.values import CUSTOM

TYPES: dict[str, type[Record]] = {"contact": Contact, "company": Company, "deal": Deal}
MOST_FIELDS = 50
MOST_OPTIONS = 100
LONGEST_OPTION = 80
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LINES = {"rows": 4}


class FieldForm(forms.ModelForm):  # type: ignore[type-arg]
    """
    Adds one, or changes one: then its record type, its type and its key stay as they are. Options
    are lines to add; those there are have a field each, and an emptied one takes the option away.
    """

    on = forms.ChoiceField(label="On", choices=[(w, capfirst(w)) for w in TYPES])
    options = forms.CharField(
        label="Options",
        required=False,
        widget=forms.Textarea(attrs=_LINES),
        help_text="For a choice: one on a line.",
    )

    class Meta:
        model = CustomField
        fields = ("on", "label", "type", "key")
        labels = {"label": "Name", "type": "Holds", "key": "Name in texts"}
        help_texts = {"key": "Small letters, digits and _; empty: made from the name. Stays."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].required = False
        if not self.instance.pk:
            return
        for fixed in ("on", "type", "key"):
            del self.fields[fixed]
        if self.instance.type != CustomField.Type.CHOICE:
            del self.fields["options"]
            return
        options = self.fields.pop("options")
        for pk, name in self.instance.offered():
            self.fields[f"option-{pk}"] = forms.CharField(
                label=name, required=False, max_length=LONGEST_OPTION, initial=name
            )
        options.label, options.help_text = "More options", "One on a line."
        self.fields["options"] = options

    @property
    def model(self) -> type[Record]:
        kind = self.instance.content_type if self.instance.pk else None
        known = cast("type[Record] | None", kind.model_class() if kind else None)
        return known or TYPES[self.cleaned_data["on"]]

    def clean_label(self) -> str:
        return " ".join(self.cleaned_data["label"].split())

    def clean_options(self) -> list[str]:
        lines = (" ".join(line.split()) for line in self.cleaned_data["options"].splitlines())
        given: dict[str, str] = {}
        for line in filter(None, lines):
            given.setdefault(line.casefold(), line)
        names = list(given.values())
        if long := [name for name in names if len(name) > LONGEST_OPTION]:
            raise forms.ValidationError(
                f"“{long[0][:40]}…” is too long: an option has at most {LONGEST_OPTION} letters."
            )
        return names

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            others = list(CustomField.objects.of(self.model).exclude(pk=self.instance.pk))
            if self._has_new_name(others) and not self.instance.pk:
                self._check_key(others)
            if data.get("type", self.instance.type) == CustomField.Type.CHOICE:
                self._check_options()
        return data

    def _has_new_name(self, others: list[CustomField]) -> bool:
        label = self.cleaned_data["label"].casefold()
        if not self.instance.pk and len(others) >= MOST_FIELDS:
            self.add_error(None, f"There are at most {MOST_FIELDS} fields of a kind of record.")
        if any(other.label.casefold() == label for other in others):
            self.add_error("label", "There is a field of that name already.")
            return False
        return True

    def _check_key(self, others: list[CustomField]) -> None:
        typed = self.cleaned_data["key"] or slugify(self.cleaned_data["label"]).replace("-", "_")
        key = typed.strip().casefold()[:40]
        self.cleaned_data["key"] = key
        start = next(start for start, (model, _) in CUSTOM.items() if model is self.model)
        if not _KEY.fullmatch(key):
            self.add_error("key", "Write a name of small letters, digits and _, a letter first.")
        elif f"{start}{key}" in merging.FIELDS or key in {other.key for other in others}:
            self.add_error("key", f"{{{start}{key}}} means something already: take another.")

    def _check_options(self) -> None:
        names = [name.casefold() for name in self._names()]
        if not names:
            self.add_error("options", "Write what there is to choose from, one on a line.")
        elif len(set(names)) < len(names):
            self.add_error("options", "Two options would have the same name.")
        elif len(names) > MOST_OPTIONS:
            self.add_error("options", f"There are at most {MOST_OPTIONS} options.")

    def _names(self) -> list[str]:
        kept = (self._kept(one) for one in self.instance.options if not one.get("gone"))
        return [name for name in kept if name] + list(self.cleaned_data.get("options", []))

    def _kept(self, option: dict[str, Any]) -> str:
        return " ".join(self.cleaned_data.get(f"option-{option['id']}", "").split())

    def save(self, commit: bool = True) -> CustomField:
        row: CustomField = self.instance
        if not row.pk:
            row.content_type = ContentType.objects.get_for_model(self.model)
            row.key = self.cleaned_data["key"]
            row.position = CustomField.objects.of(self.model).count()
        if row.type == CustomField.Type.CHOICE:
            row.options = self._options()
        row.save()
        return row

    def _options(self) -> list[dict[str, Any]]:
        """Each keeps its id, so that records follow a new name; and so does one taken away."""
        options: list[dict[str, Any]] = []
        for one in self.instance.options:
            name = "" if one.get("gone") else self._kept(one)
            options.append({"id": one["id"], "name": name} if name else one | {"gone": True})
        last = max((one["id"] for one in options), default=0)
        new = self.cleaned_data.get("options", [])
        return options + [{"id": n, "name": name} for n, name in enumerate(new, last + 1)]
