"""The comment box."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from contacts import comments
from contacts.models import Comment

if TYPE_CHECKING:
    from contacts.models import Record

# What a command of some app could look like. Which ones there are is not known here.
_COMMAND_LIKE = re.compile(r"\s*[^\W_][\w-]{0,18}\s*:", re.UNICODE)


class CommentForm(forms.Form):
    body = forms.CharField(required=False, strip=False)

    def post(self, record: Record, author: Any) -> Comment | None:
        """The comment as stored, or None, and then the reason stands under the field."""
        try:
            return comments.post_comment(on=record, author=author, body=self.cleaned_data["body"])
        except comments.CommentRefused as refusal:
            self.add_error("body", str(refusal))
            return None


class CommentEditForm(forms.Form):
    """Other words for a comment. Editing is not posting: nobody listens, nobody is texted."""

    body = forms.CharField(
        label="Comment",
        strip=False,
        error_messages={"required": comments.EMPTY},
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean_body(self) -> str:
        try:
            return comments.clean(self.cleaned_data["body"])
        except comments.CommentRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def looks_like_a_command(self) -> bool:
        return bool(_COMMAND_LIKE.match(self["body"].value() or ""))

    def save(self, comment: Comment) -> bool:
        """Whether the words changed: not if the comment became a track, or went, meanwhile."""
        row = Comment.objects.filter(pk=comment.pk, kind=Comment.Kind.COMMENT)
        return bool(row.update(body=self.cleaned_data["body"], edited_at=timezone.now()))
