"""Where a message stands on timelines: one row for each entry that shows it."""

from __future__ import annotations

from django.db import models

from contacts.models import Comment
from messaging.models.message import Message


class Track(models.Model):
    """Ties a timeline entry to the message it shows; a message may stand on two timelines."""

    comment = models.OneToOneField(Comment, models.CASCADE, primary_key=True, related_name="track")
    message = models.ForeignKey(Message, models.CASCADE, related_name="tracks")
    # True where the author typed it; False on the contact's own timeline beside that.
    is_original = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"Track of message {self.message_id}"
