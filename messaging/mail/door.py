"""
What comes in by e-mail, by whichever way: texted, sent back, or ignored; and once, however often
it is handed to us.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from contacts import phones
from contacts.models import Contact
from contacts.roles import Right, may, refusal
from messaging import outbox, people, texting
from messaging.mail import addresses, letters
from messaging.mail.reading import Incoming, read
from messaging.mail.vouching import vouched
from messaging.models import Conversation, Mail, Message, Number, Origin
from messaging.routing import number_for

MOST = 10  # people one mail texts
TOO_MANY = f"One mail texts at most {MOST} people: the others were not texted."
NO_ADDRESS = "Nothing has this address, or its time is over: answer a newer mail, or use smscrm."

log = logging.getLogger(__name__)


class Ignored(Exception):
    """Nobody is answered: whoever wrote this may not be who they say. The words are for the log."""


class NotTexted(Exception):
    """A sentence for the sender, who gets their words back."""


def take(raw: bytes, recipients: Iterable[str] = ()) -> list[Mail]:
    """
    Text what a mail asks to be texted. recipients: the addresses it was handed over for; without
    any, those of ours that it names. Raises DatabaseError: try again later, nothing is done twice.
    """
    mail = read(raw)
    named = [one.strip().lower() for one in recipients] or mail.to
    wanted = list(dict.fromkeys(filter(addresses.is_ours, named)))
    return [_take(mail, one, late=n >= MOST) for n, one in enumerate(wanted[: MOST + 1])]


@transaction.atomic
def _take(mail: Incoming, recipient: str, *, late: bool) -> Mail:
    """For one address. late: it names too many before this one."""
    told = "\0".join((mail.sender, mail.identity, recipient))
    row, is_new = Mail.objects.get_or_create(
        digest=hashlib.sha256(told.encode("utf-8", "replace")).hexdigest(),
        defaults={
            "sender": mail.sender,
            "recipient": recipient[:254],
            "header_id": mail.header_id,
        },
    )
    if not is_new:
        return row
    try:
        row.user = _writer(mail)
        row.message = _text(mail, recipient, row.user, late=late)
        row.outcome = Mail.Outcome.TEXTED
    except Ignored as why:
        row.problem = str(why)
        log.info("Mail %s was ignored: %s", row.pk, why)
    except (NotTexted, outbox.CannotSend, phones.PhoneInvalid) as why:
        row.outcome, row.problem = Mail.Outcome.REFUSED, str(why)[:300]
        row.words = mail.words
        letters.send_back(row)
    row.save()
    return row


def _writer(mail: Incoming) -> User:
    """Who of us wrote it. Raises Ignored."""
    if mail.is_automatic:
        raise Ignored("A machine wrote it.")
    if not mail.sender:
        raise Ignored("It does not name one sender.")
    domain = mail.sender.rpartition("@")[2]
    if not vouched(mail.results, settings.MAIL_AUTHSERV_ID, domain):
        raise Ignored("The mail server does not vouch for its sender.")
    found = list(User.objects.filter(email__iexact=mail.sender, is_active=True)[:2])
    if len(found) != 1:
        raise Ignored("Two of us have this address." if found else "Nobody here has this address.")
    return found[0]


def _text(mail: Incoming, recipient: str, user: User, *, late: bool) -> Message:
    """Raises NotTexted, outbox.CannotSend or PhoneInvalid; then nothing is stored."""
    if not may(user, Right.TEXT):
        raise NotTexted(refusal(user, Right.TEXT))
    if late:
        raise NotTexted(TOO_MANY)
    match addresses.read(recipient):
        case addresses.Answer() as answer if answer.user == user.pk:
            phone, number, contact = _conversation(answer, user)
        case addresses.Phone() as asked:
            phone, number, contact = _phone(asked, user)
        case _:
            raise NotTexted(NO_ADDRESS)
    if not mail.words:
        raise NotTexted("There are no words of yours in the mail.")
    return texting.send(
        text=mail.words,
        phone=phone,
        number=number,
        origin=Origin.MAIL,
        author=user,
        contact=contact,
        send_after=timezone.now(),
    )


def _conversation(answer: addresses.Answer, user: User) -> tuple[str, Number, Contact | None]:
    rows = Conversation.objects.visible_to(user).select_related("contact", "number")
    row = rows.filter(pk=answer.conversation).first()
    if row is None:
        raise NotTexted(NO_ADDRESS)
    ours = row.number if row.number and row.number.active else None
    return row.phone, _checked(number_for(row.contact, chosen=ours, author=user)), row.contact


def _phone(asked: addresses.Phone, user: User) -> tuple[str, Number, Contact | None]:
    phone = phones.parse(asked.phone, settings.DEFAULT_REGION)
    chosen = None
    if asked.number:
        active = Number.objects.active()
        chosen = next((one for one in active if addresses.key(one) == asked.number), None)
        if chosen is None:
            raise NotTexted(f"None of our numbers is “{asked.number}”.")
    contact = people.find(phone, _checked(chosen or number_for(None, author=user)), user)
    return phone, _checked(number_for(contact, chosen=chosen, author=user)), contact


def _checked(number: Number | None) -> Number:
    if number is None:
        raise NotTexted("There is no number to send from yet.")
    return number
