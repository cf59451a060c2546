"""A comment prefix that texts, calls, or writes in an app."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType

from contacts.models import record_types
from messaging import outbox
from messaging.models import Trigger


class RecordTypes(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, kind: Any) -> str:
        return str(kind.model_class()._meta.verbose_name_plural).capitalize()


class TriggerForm(forms.ModelForm):  # type: ignore[type-arg]
    record_types = RecordTypes(
        ContentType.objects.none(),
        label="Works on",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: on all of them.",
    )

    class Meta:
        model = Trigger
        fields = ("prefix", "channel", "number", "record_types", "active")
        labels = {"channel": "What it does", "number": "From", "active": "Switched on"}
        help_texts = {
            "prefix": "One word and a colon. A comment that starts with it is sent.",
            "channel": "A call speaks the words. Not every gateway carries all of these.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = ContentType.objects.get_for_models(*record_types()).values()
        types: Any = self.fields["record_types"]
        types.queryset = ContentType.objects.filter(pk__in=[kind.pk for kind in kinds])
        number: Any = self.fields["number"]
        number.empty_label = "The usual rules"
        number.help_text = (
            "The usual rules: the number this person was last in conversation with, else the "
            "default one."
        )

        self.fields["channel"].required = False  # programs that post this know texts only

    def clean_channel(self) -> str:
        return str(self.cleaned_data["channel"] or self.instance.channel)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        number, channel = data.get("number"), data.get("channel")
        if number and channel and (refusal := outbox.why_not(number, channel)):
            self.add_error("number", refusal)
        return data

    def clean_prefix(self) -> str:
        """Lower case, for it is read without regard to case; the colon may be left out."""
        word: str = self.cleaned_data["prefix"].strip().casefold()
        return word if word.endswith(":") else f"{word}:"
