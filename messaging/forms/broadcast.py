"""A broadcast: its words and who gets it; when it leaves; a test of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from contacts.comments import storable
from contacts.ids import read_pk
from contacts.models import ContactImport, SavedView, Tag
from contacts.models.contact_import import PEOPLE
from messaging import expansion, merging, outbox, texting
from messaging.broadcasts import audience
from messaging.forms.settings_gateways import TestTextForm
from messaging.forms.text import WRITE_FIRST
from messaging.lookups import gateways
from messaging.models import Broadcast, Number, Origin

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from messaging.models import BroadcastRecipient, Message

NOBODY = "Say who gets it: choose a view, an import or a tag, or paste numbers."
MOST_IMPORTS = 20  # that are offered, the latest first


class BroadcastForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Broadcast
        fields = ("name", "text", "tags", "query", "pasted", "only_agreed", "numbers", "look_up")
        labels = {
            "query": "Everybody in",
            "tags": "Everybody tagged",
            "pasted": "These numbers",
            "only_agreed": "Only who agreed to texts",
            "numbers": "From",
            "look_up": "Look the numbers up first",
        }
        help_texts = {
            "name": "For your team; nobody who is texted sees it.",
            "text": "Merge fields such as {first_name|there} are filled for each person. "
            "/name puts in that template.",
            "query": "A saved view of the contact list, as it is on that day, or whom an import "
            "brought.",
            "tags": "With a view as well: only those of it who have one of the tags.",
            "pasted": "One on a line, or with commas between them.",
            "only_agreed": "Everybody else is skipped: no import, no answer and nobody here says "
            "that they did.",
            "numbers": "Whoever knows one of them is texted from that one; the others take turns. "
            "None chosen: the usual rules.",
            "look_up": "Numbers that do not exist are skipped, now and later. The gateway charges "
            "for each number it is asked about, as its price list says: it tells us no price "
            "beforehand. What was found out within 30 days is not asked again.",
        }
        widgets = {
            "text": forms.Textarea(attrs={"rows": 4}),
            "pasted": forms.Textarea(attrs={"rows": 4}),
            "query": forms.Select(),
            "look_up": forms.Select(),
            "tags": forms.CheckboxSelectMultiple(),
            "numbers": forms.CheckboxSelectMultiple(),
        }
        error_messages = {"text": WRITE_FIRST, "name": {"required": "Give it a name."}}

    def __init__(self, *args: Any, reader: User | None = None, **kwargs: Any) -> None:
        """reader: who chooses among the views they see; any query is taken, such as the API's."""
        super().__init__(*args, **kwargs)
        query: Any = self.fields["query"].widget
        query.choices = views_for(reader or self.instance.author, str(self["query"].value() or ""))
        look_up: Any = self.fields["look_up"].widget
        look_up.choices = [("", "No")] + [(name, f"By {title}") for name, title in gateways()]
        tags: Any = self.fields["tags"]
        tags.queryset = Tag.objects.order_by("name")
        numbers: Any = self.fields["numbers"]
        numbers.queryset = Number.objects.active().order_by("label", "pk")

    @property
    def found(self) -> str:
        """How many contacts the chosen view and tags find: “2 contacts”."""
        tags = [getattr(tag, "pk", tag) for tag in self["tags"].value() or []]
        keys = [pk for tag in tags if (pk := read_pk(str(tag)))]
        many = audience.count(self.instance.author, str(self["query"].value() or ""), keys)
        if many > audience.MOST:
            return f"More than {audience.MOST:,} contacts"
        return f"{many:,} contact{'' if many == 1 else 's'}"

    def clean_text(self) -> str:
        text = storable(self.cleaned_data["text"]).strip()
        try:
            text = expansion.written_out(text, self.instance.author)
            merging.check(text)
            return outbox.checked_text(text)
        except (merging.MergeProblem, outbox.CannotSend) as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean_look_up(self) -> str:
        name: str = self.cleaned_data["look_up"]
        if name and name not in dict(gateways()):
            raise forms.ValidationError("That gateway cannot be asked about numbers.")
        return name

    def clean_pasted(self) -> str:
        return storable(self.cleaned_data["pasted"]).strip()

    def clean_query(self) -> str:
        return storable(self.cleaned_data["query"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not (data.get("tags") or data.get("query") or data.get("pasted")):
            self.add_error(None, NOBODY)
        return data


def views_for(reader: User | None, chosen: str) -> list[tuple[str, str]]:
    """What a list may be: all contacts, the reader's views and imports; the one they come from."""
    rows = SavedView.objects.visible_to(reader).filter(of=SavedView.List.CONTACTS)
    choices = {"": "No view", audience.EVERYBODY: "All current contacts"}
    for row in rows.order_by("name", "pk"):
        choices.setdefault(row.query or audience.EVERYBODY, row.name)
    imports = ContactImport.objects.visible_to(reader).filter(kind=PEOPLE)
    done = imports.filter(state=ContactImport.State.DONE).order_by("-pk")[:MOST_IMPORTS]
    choices |= {f"imported={row.pk}": f"Import: {row}" for row in done}
    choices.setdefault(chosen, "The list you chose them in")
    return list(choices.items())


class StartForm(forms.Form):
    """When it leaves: at once, or at a moment, which may be everybody's own clock."""

    send_at = forms.DateTimeField(
        label="Not before",
        required=False,
        help_text="Empty: at once.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "That is no day and time."},
    )
    is_local = forms.BooleanField(
        label="By each recipient’s own clock",
        required=False,
        help_text="The same time of day everywhere, zone by zone.",
    )

    def clean_send_at(self) -> Any:
        when = self.cleaned_data["send_at"]
        if when and when < timezone.now():
            raise forms.ValidationError("That moment is over: choose a later one, or none.")
        return when


class BroadcastTestForm(TestTextForm):
    """Its first text, to the phone of who asks."""

    def send_like(self, author: User, row: BroadcastRecipient) -> Message | None:
        """Queue the words this recipient would get; a refusal stands under the phone."""
        try:
            return texting.send(
                text=row.text,
                phone=self.cleaned_data["phone"],
                number=row.number,
                origin=Origin.QUICK,
                author=author,
            )
        except outbox.CannotSend as error:
            self.add_error("phone", str(error))
            return None
