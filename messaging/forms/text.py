"""A text to be sent, from the screens that send one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings

from contacts import phones
from contacts.ids import read_pk
from messaging import beside, colleagues, expansion, outbox, people, routing, texting, wording
from messaging.forms.later import LaterForm
from messaging.models import Number, Origin, Recipient

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User

    from contacts.models import Contact
    from messaging.models import Message

WRITE_FIRST = {"required": "Write something first."}


class TextForm(forms.Form):
    """A text, and from which number of ours where there is a choice."""

    number = forms.ChoiceField(label="From", required=False)
    text = forms.CharField(
        label="Text", widget=forms.Textarea(attrs={"rows": 3}), error_messages=WRITE_FIRST
    )

    def __init__(
        self,
        *args: Any,
        contact: Contact | None = None,
        author: User | None = None,
        numbers: Iterable[Number] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.contact = contact
        self.author = author
        active = Number.objects.active() if numbers is None else numbers
        self.numbers = {str(number.pk): number for number in active}
        self.usual = routing.number_for(contact, author=author, active=self.numbers.values())
        self.set_choices()

    def set_choices(self) -> None:
        """Only where there is a choice: with one number there is nothing to ask."""
        if len(self.numbers) < 2:
            del self.fields["number"]
            return
        choice: Any = self.fields["number"]
        choice.choices = [(key, number.label) for key, number in self.numbers.items()]
        choice.initial = str(self.usual.pk) if self.usual else None

    @property
    def sender(self) -> Number | None:
        chosen = self.cleaned_data.get("number", "")
        return self.numbers.get(chosen) or self.usual

    def hand_over(self, author: User, *, phone: str, origin: Origin, **when: Any) -> Message | None:
        """Queue it; a refusal appears under the words, and None comes back. when: see texting."""
        try:
            return texting.send(
                text=expansion.expand(
                    self.cleaned_data["text"], contact=self.contact, author=author
                ),
                phone=phone,
                number=self.sender,
                origin=origin,
                author=author,
                contact=self.contact,
                **when,
            )
        except outbox.CannotSend as error:
            self.add_error("text", str(error))
            return None


class SendTextForm(LaterForm, TextForm):
    """The composer of a conversation: to one of the contact's phones, at once or later."""

    phone = forms.ChoiceField(label="To", required=False)
    contact: Contact

    def set_choices(self) -> None:
        super().set_choices()
        rows = {phone.e164: phone for phone in self.contact.phones.all()}
        self.phones = {key: phone.display for key, phone in rows.items()}
        blocked = Recipient.objects.opted_out().filter(phone__in=rows)
        asked = blocked if beside.maybe_blocked(self.contact) else ()
        self.opted_out = {row.phone: row for row in asked}
        usual = self.contact.phone_to_text()
        self.usual_phone = usual.e164 if usual else ""
        if len(rows) < 2:
            del self.fields["phone"]
            return
        choice: Any = self.fields["phone"]
        choice.choices = [(key, self._label(phone)) for key, phone in rows.items()]
        choice.initial = self.usual_phone

    def _label(self, phone: Any) -> str:
        words = f"{phone.label or phone.get_kind_display()} …{phone.e164[-4:]}"
        return f"{words}, opted out" if phone.e164 in self.opted_out else words

    @cached_property
    def newest(self) -> int:
        """What the author will have seen: the pk of our newest text to this contact."""
        return colleagues.newest(self.contact)

    def clean(self) -> dict[str, Any]:
        """Two answers at once help nobody: the second author is asked first."""
        data = super().clean()
        seen = read_pk(self.data.get("seen", ""))
        if self.author and seen is not None:
            self._ask(colleagues.meanwhile(self.contact, self.author, seen))
        return data

    def _ask(self, question: str) -> None:
        if question:
            self.add_error(None, question)

    @property
    def usual_display(self) -> str:
        return self.phones.get(self.usual_phone, "")

    @property
    def refusal(self) -> str:
        """Why this contact cannot be texted at all, or ""."""
        if not self.usual_phone:
            return f"{self.contact.short_name} has no phone number to text."
        if self.opted_out.keys() >= self.phones.keys():
            return wording.opted_out(self.opted_out[self.usual_phone])
        return "" if self.usual or self.numbers else wording.NO_NUMBER

    @property
    def blocked(self) -> str:
        """That the phone shown first opted out, though another did not, or ""."""
        row = self.opted_out.get(self.usual_phone)
        return wording.opted_out(row) if row and not self.refusal else ""

    def send(self, author: User) -> Message | None:
        phone = self.cleaned_data.get("phone") or self.usual_phone
        if not phone:
            self.add_error("text", self.refusal)
            return None
        return self.hand_over(
            author,
            phone=phone,
            origin=Origin.FORM,
            send_after=self.send_after,
            cancel_on_reply=bool(self.send_after and self.cleaned_data["unless_reply"]),
        )


class QuickTextForm(TextForm):
    """Any number as people type it; no contact needed."""

    to = forms.CharField(
        label="To",
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "type": "tel",
                "autocomplete": "off",
                "autofocus": True,
                "placeholder": "Any number, such as +44 7700 900123",
            }
        ),
        error_messages={"required": "Give the number to text."},
    )
    field_order = ("to", "text", "number")

    def clean_to(self) -> str:
        try:
            return phones.parse(self.cleaned_data["to"], settings.DEFAULT_REGION)
        except phones.PhoneInvalid as error:
            raise forms.ValidationError(str(error)) from error

    def send(self, author: User) -> Message | None:
        """To whoever has the number, so that it stands on their timeline."""
        phone = self.cleaned_data["to"]
        if self.sender:
            self.contact = people.find(phone, self.sender, self.author)
        return self.hand_over(author, phone=phone, origin=Origin.QUICK)
