"""Bringing a list: the file, and what its columns are."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import Truncator

from contacts import custom
from contacts.importing import columns, limits, reading, rows
from contacts.models import Contact

if TYPE_CHECKING:
    from contacts.models import ContactImport

LOOKED_AT = 20  # rows
NOTHING = "Say of one column at least that it is a name, an e-mail or a phone."


class FileForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="CSV or XLSX, such as Podio’s Excel export, with the names of the columns in the "
        "first row; or contacts as vCard (.vcf), from a phone or a mail program.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.vcf"}),
        error_messages={"required": "Choose a file.", "empty": "This file is empty."},
    )

    #: What of the file is left out, one sentence.
    unread = ""

    @property
    def name(self) -> str:
        return str(getattr(self.files.get("file"), "name", ""))

    def clean_file(self) -> list[list[str]]:
        """Its rows."""
        file = self.cleaned_data["file"]
        if file.size > limits.MOST_BYTES:
            raise forms.ValidationError("More than 20 MB: bring it in several files.")
        raw = file.read()
        try:
            rows = reading.rows(raw)
            self.unread = reading.unread(raw)
            return rows
        except limits.Unreadable as problem:
            raise forms.ValidationError(str(problem)) from problem


class ColumnsForm(forms.Form):
    """A choice for each column of a file; which ones there are, each kind says."""

    def __init__(self, *args: Any, source: ContactImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source
        choices = [("", "Leave it out"), *self.choices()]
        samples = self._samples()
        for place, name in enumerate(source.header):
            guess = source.mapping[place] if place < len(source.mapping) else ""
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=name or f"Column {place + 1}",
                choices=choices,
                initial=guess,
                required=False,
                help_text=samples.get(place, "Nothing in the first rows."),
            )

    def _samples(self) -> dict[int, str]:
        """By its place what a column begins with: one without a name says nothing else."""
        found: dict[int, str] = {}
        for row in islice(rows.waiting(self.source), LOOKED_AT):
            for place, cell in enumerate(row.cells):
                if cell:
                    found.setdefault(place, f"Such as “{Truncator(cell).chars(40)}”")
        return found

    def choices(self) -> list[Any]:
        raise NotImplementedError

    @property
    def columns(self) -> list[Any]:
        return [self[f"column-{place}"] for place in range(len(self.source.header))]

    @property
    def mapping(self) -> list[str]:
        data = self.cleaned_data
        return [data[f"column-{place}"] for place in range(len(self.source.header))]


class MappingForm(ColumnsForm):
    """And whether those we know are filled in."""

    updates = forms.BooleanField(
        label="Fill in people we know already",
        required=False,
        help_text="Found by phone, else by e-mail. Switched off: they are skipped.",
    )

    def __init__(self, *args: Any, source: ContactImport, **kwargs: Any) -> None:
        super().__init__(*args, source=source, **kwargs)
        self.fields["updates"].initial = source.updates

    def choices(self) -> list[Any]:
        if fields := custom.current(Contact):
            own = [(field.name, field.label) for field in fields]
            return [*columns.FIELDS.items(), ("Fields of your own", own)]
        return [*columns.FIELDS.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        says_who = {"name", "first_name", "last_name", "email", *columns.PHONES}
        if not says_who & set(data.values()) - {""}:
            self.add_error(None, NOTHING)
        return data
