"""A number of ours."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.db import transaction

from contacts import phones
from messaging import wire
from messaging.gateways import ADAPTERS
from messaging.models import Number


class GatewaySelect(forms.RadioSelect):
    """Gateways that are not set up are shown, with what is missing, but cannot be chosen."""

    chosen = ""  # a number may keep the gateway it has

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if value not in wire.available() and value != self.chosen:
            option["attrs"]["disabled"] = True
        return option


def gateway_choices() -> list[tuple[str, str]]:
    ready = wire.available()
    names = [name for name in ADAPTERS if name != "simulator" or name in ready]
    return [(n, wire.TITLES[n] if n in ready else wire.missing(n)) for n in names]


class NumberForm(forms.ModelForm):  # type: ignore[type-arg]
    address = forms.CharField(
        label="Number or sender name",
        max_length=40,
        help_text="With its country code; or a name of up to 11 letters, which nobody can answer.",
    )
    gateway = forms.ChoiceField(widget=GatewaySelect)

    class Meta:
        model = Number
        fields = (
            "label",
            "address",
            "gateway",
            "daily_limit",
            "time_zone",
            "active",
            "is_default",
        )
        labels = {
            "daily_limit": "Texts a day",
            "active": "Texts may be sent from it",
            "is_default": "The default number",
        }
        help_texts = {
            "label": "How your team calls it, such as Office or Sales.",
            "daily_limit": "Empty: no limit. smrtPhone allows 200.",
            "time_zone": "In which its day begins and ends. Empty: the server's.",
            "is_default": "Used for people it was never decided for. There is one default.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gateway: Any = self.fields["gateway"]
        gateway.choices = gateway_choices()
        gateway.widget.chosen = self.instance.gateway
        if len(ready := wire.available()) == 1:
            gateway.initial = ready[0]
        zones = [(name, name.replace("_", " ")) for name in sorted(available_timezones())]
        self.fields["time_zone"].widget = forms.Select(choices=[("", "The server's"), *zones])

    def clean_address(self) -> str:
        """A number as people type it, or a sender name."""
        typed: str = self.cleaned_data["address"].strip()
        if any(char.isalpha() for char in typed):
            return typed
        try:
            return phones.parse(typed, settings.DEFAULT_REGION)
        except phones.PhoneInvalid as error:
            raise forms.ValidationError(str(error)) from error

    def clean_gateway(self) -> str:
        name: str = self.cleaned_data["gateway"]
        if name not in wire.available() and name != self.instance.gateway:
            raise forms.ValidationError(wire.missing(name))
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("is_default") and not data.get("active"):
            self.add_error("active", "Make another number the default one first.")
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """That there is one default is kept by save(), not refused."""
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclusions | {"is_default"}

    @transaction.atomic
    def save(self, commit: bool = True) -> Number:
        if self.cleaned_data["is_default"]:
            Number.objects.exclude(pk=self.instance.pk).filter(is_default=True).update(
                is_default=False
            )
        number: Number = super().save(commit)
        return number
