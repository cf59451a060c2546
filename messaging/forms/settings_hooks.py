"""A webhook: where it goes, and what it tells."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from messaging.hooks import address
from messaging.models import Hook
from messaging.models.hook import EVENTS


class HookForm(forms.ModelForm):  # type: ignore[type-arg]
    events = forms.MultipleChoiceField(
        label="Tell it when",
        choices=EVENTS.items(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what it is told of: at least one thing."},
    )

    class Meta:
        model = Hook
        fields = ("url", "note")
        labels = {"note": "What listens there"}
        help_texts = {
            "url": "It is called by POST, such as https://example.com/smscrm",
            "note": "So that you know later: Warehouse dashboard.",
        }
        widgets = {"url": forms.URLInput(attrs={"placeholder": "https://", "inputmode": "url"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["events"] = [name for name in EVENTS if getattr(self.instance, name)]

    def clean_url(self) -> str:
        """Looks the name up: what leads into a private network is refused here already."""
        url: str = self.cleaned_data["url"]
        try:
            address.check(url, allow_private=settings.WEBHOOK_ALLOW_PRIVATE)
        except address.AddressRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return url

    def save(self, commit: bool = True) -> Hook:
        """Other words of an address that failed: it is tried at once."""
        hook: Hook = self.instance
        for name in EVENTS:
            setattr(hook, name, name in self.cleaned_data["events"])
        if "url" in self.changed_data:
            hook.failures, hook.failing_since, hook.rest_until = 0, None, None
        super().save(commit)
        return hook
