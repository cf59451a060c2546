"""A gateway's log of texts: the file, what its columns are, and by whose clock it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from contacts.forms.importing import ColumnsForm, FileForm
from contacts.forms.zones import ZoneField
from messaging import wire
from messaging.text_import import reading, runs

if TYPE_CHECKING:
    from contacts.models import ContactImport


class LogFileForm(FileForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "file"
        ].help_text = (
            "CSV or XLSX, as smrtPhone exports it, with the names of the columns in the first row."
        )
        self.fields["file"].widget.attrs["accept"] = ".csv,.tsv,.txt,.xlsx"


class LogForm(ColumnsForm):
    gateway = forms.ChoiceField(label="Sent and received with", choices=[*wire.TITLES.items()])
    zone = ZoneField(
        label="Time zone of the log",
        help_text="Whose clock its times are by: such as Europe/Berlin; a city is enough.",
    )
    day_first = forms.BooleanField(
        label="The day stands before the month",
        required=False,
        help_text="27/11/2026, not 11/27/2026.",
    )

    def __init__(self, *args: Any, source: ContactImport, **kwargs: Any) -> None:
        super().__init__(*args, source=source, initial=source.options, **kwargs)

    def choices(self) -> list[Any]:
        return [*reading.LABELS.items()]

    @property
    def options(self) -> dict[str, Any]:
        names = ("gateway", "zone", "day_first")
        return runs.options(**{name: self.cleaned_data[name] for name in names})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        mapping = [data.get(f"column-{place}", "") for place in range(len(self.source.header))]
        if gone := reading.missing(reading.places(mapping)):
            words = ", ".join(f"“{reading.LABELS[field]}”" for field in gone)
            self.add_error(None, f"Say which columns are: {words}.")
        return data
