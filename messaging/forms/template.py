"""Words under a name, tried on a real person before they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms

from contacts.comments import storable
from contacts.forms.pick import contact_field
from contacts.models import Contact
from messaging import merging, outbox, segments
from messaging.models import Template
from messaging.outbox.enqueue import MAX_SEGMENTS

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True)
class Preview:
    """What one person would get: the words, or why not."""

    contact: Contact
    text: str = ""
    problem: str = ""

    @property
    def segments(self) -> int:
        return segments.measure(self.text).segments


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    contact = contact_field(label="Try it on")

    class Meta:
        model = Template
        fields = ("name", "text", "is_shared")
        labels = {"is_shared": "For the whole team"}
        help_texts = {
            "name": "One word, without a slash. Who types it behind a slash gets these words.",
            "is_shared": "Switched off: only you can use it.",
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}
        error_messages = {"text": {"required": "Write something first."}}

    def __init__(self, *args: Any, author: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.author = author
        if self.instance.pk is None:
            self.instance.owner = author
        contact: Any = self.fields["contact"]
        contact.open_to(author)
        contact.help_text = "Nobody is texted: it shows what they would get."

    def clean_name(self) -> str:
        """Folded, for it is read without regard to case; the slash may be typed."""
        return str(self.cleaned_data["name"]).casefold()

    def clean_text(self) -> str:
        text = storable(self.cleaned_data["text"]).strip()
        try:
            merging.check(text)
        except merging.MergeProblem as problem:
            raise forms.ValidationError(str(problem)) from problem
        if (count := segments.measure(text).segments) > MAX_SEGMENTS:
            raise forms.ValidationError(
                f"This is {count} SMS long, and {MAX_SEGMENTS} is the most."
            )
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        name = data.get("name")
        others = Template.objects.exclude(pk=self.instance.pk).filter(name=name)
        if others.filter(owner=self.instance.owner).exclude(owner=None).exists():
            self.add_error("name", "You have a template of that name already.")
        elif data.get("is_shared") and others.filter(is_shared=True).exists():
            self.add_error("name", "The team has a template of that name already.")
        return data

    def preview(self) -> Preview | None:
        """For the contact that was picked, if there are words."""
        contact, text = self.cleaned_data.get("contact"), self.cleaned_data.get("text")
        if not contact or not text:
            return None
        try:
            words = merging.render(text, contact=contact, author=self.author)
            return Preview(contact, outbox.checked_text(words))
        except (merging.MergeProblem, outbox.CannotSend) as problem:
            return Preview(contact, problem=str(problem))
