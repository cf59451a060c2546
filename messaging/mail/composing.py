"""Our mails in words. Their threads hang together: all about one conversation name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from contacts import phones
from contacts.roles import Right, may
from messaging import fence
from messaging.mail import addresses
from messaging.mail.words import MARK
from messaging.models import Conversation, Letter, Mail, Message

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def compose(row: Letter) -> EmailMessage:
    """What this letter says now."""
    if row.message:
        made = _of_text(row.message, row.user)
    else:
        assert row.mail  # noqa: S101 (a constraint says so)
        made = _of_refusal(row.mail)
    made.to = [row.user.email]
    made.extra_headers |= {"Auto-Submitted": "auto-generated", "Message-ID": _id("letter", row.pk)}
    return made


def _of_text(message: Message, user: User) -> EmailMessage:
    who = str(message.contact) if message.contact else phones.show(message.phone)
    whom = {"contact": message.contact} if message.contact else {"phone": message.phone}
    row = Conversation.objects.filter(**whom).first()
    page = message.contact.get_absolute_url() if message.contact else reverse("messaging:inbox")
    lines = [message.text, "", f"{settings.PUBLIC_URL}{page}", ""]
    headers = {}
    if row and settings.MAIL_DOMAIN and may(user, Right.TEXT):
        lines = [f"{MARK} to text {who} back.", "", *lines]
        headers["Reply-To"] = addresses.of_answer(row, user)
    if row:
        headers["References"] = _id("conversation", row.pk)
    written = message.reply_to and message.reply_to.mails.first()
    if written and written.header_id:
        headers["In-Reply-To"] = written.header_id
    return EmailMessage(_line(f"Text from {who}"), "\n".join(lines), headers=headers)


def _of_refusal(mail: Mail) -> EmailMessage:
    words = f"{mail.problem}\n\nYou wrote to {mail.recipient}:\n\n{mail.words}\n"
    headers = {"In-Reply-To": mail.header_id} if mail.header_id else {}
    return EmailMessage("Your mail was not texted", words, headers=headers)


def _id(what: str, pk: int) -> str:
    """The same each time, and nobody else's."""
    host = settings.MAIL_DOMAIN or settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    return f"<{what}-{pk}.{fence.known()[0]}@{host or 'localhost'}>"


def _line(words: str) -> str:
    return " ".join(words.split())[:200]
