"""What was ticked in the list of contacts, and what is to be done to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User

from contacts.comments import storable
from contacts.forms.record import full_name, team
from contacts.forms.tags import LONGEST, split, tag_called
from contacts.ids import read_pk
from contacts.models import BulkAction
from contacts.models.saved_view import LONGEST as LONGEST_QUERY
from contacts.models.saved_view import tidy

TEXT, MERGE = "text", "merge"
MOST_TICKED = 500
Verb = BulkAction.Verb


class BulkForm(forms.Form):
    """Its errors are told above the list: whoever pressed a button is looking there."""

    verb = forms.ChoiceField(choices=[*Verb.choices, (TEXT, "Text them"), (MERGE, "Merge")])
    everybody = forms.BooleanField(required=False)
    query = forms.CharField(required=False, max_length=4 * LONGEST_QUERY)
    tag = forms.CharField(required=False)
    owner = forms.ModelChoiceField(User.objects.none(), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        owner: Any = self.fields["owner"]
        owner.queryset = team()
        ticked = data.getlist("pk")[:MOST_TICKED]
        self.ids = [pk for one in ticked if (pk := read_pk(one))]

    def clean_query(self) -> str:
        try:
            query = tidy(storable(self.cleaned_data["query"]))
        except ValueError as error:
            raise forms.ValidationError("This list has too many filters.") from error
        if len(query) > LONGEST_QUERY:
            raise forms.ValidationError("This list has too many filters.")
        return query or "q="

    def clean_tag(self) -> str:
        names = split(storable(self.cleaned_data["tag"]))
        if len(names) > 1 or any(len(name) > LONGEST for name in names):
            raise forms.ValidationError(f"Write one tag of at most {LONGEST} letters.")
        return names[0] if names else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.ids and not data.get("everybody"):
            raise forms.ValidationError("Tick somebody first.")
        verb = data.get("verb")
        if verb in {Verb.TAG, Verb.UNTAG} and not data.get("tag") and "tag" not in self.errors:
            raise forms.ValidationError("Write which tag.")
        if verb == MERGE and len(set(self.ids)) != 2:
            raise forms.ValidationError("Tick the two that are one person.")
        return data

    @property
    def chosen(self) -> str:
        """The question that finds them in the list."""
        if self.cleaned_data["everybody"]:
            return str(self.cleaned_data["query"])
        return "ids=" + "-".join(map(str, self.ids))

    def action(self, author: User) -> BulkAction:
        """Not stored."""
        data = self.cleaned_data
        everybody = data["everybody"]
        return BulkAction(
            author=author,
            verb=data["verb"],
            tag=tag_called(data["tag"]) if data["verb"] in {Verb.TAG, Verb.UNTAG} else None,
            owner=data["owner"] if data["verb"] == Verb.OWNER else None,
            query=data["query"] if everybody else "",
            ids=[] if everybody else self.ids,
        )

    @property
    def sentence(self) -> str:
        """What is asked, "Add the tag Priority to"; a count follows."""
        data = self.cleaned_data
        owner = full_name(data["owner"]) if data["owner"] else "nobody"
        return {
            Verb.TAG: f"Add the tag {data['tag']} to",
            Verb.UNTAG: f"Remove the tag {data['tag']} from",
            Verb.OWNER: f"Give to {owner}",
            Verb.ARCHIVE: "Archive",
            Verb.RESTORE: "Bring back",
        }[data["verb"]]
