"""
Erasing a person from what was texted. Texts stay as rows without words, phone or person, so that
Communications and the dashboard count as before; who opted out stays blocked (models/erased.py).
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone

from contacts import phones
from contacts.models import Comment, Contact
from contacts.privacy import CannotErase
from messaging import inbox, people
from messaging.broadcasts import audience
from messaging.models import (
    Answer,
    Attempt,
    Belongs,
    Broadcast,
    CallerNote,
    ConsentEvent,
    Conversation,
    Delivery,
    ErasedOptOut,
    Event,
    Letter,
    Mail,
    Recipient,
    Status,
)
from messaging.models.erased import ERASED, erased_id
from messaging.privacy.theirs import Theirs

Kind = Delivery.Event
LEAVING = "A text to them is leaving at this very moment: try again in a minute."
MOST_CLAIMED = 2_000  # attempts of one claim are stored together
PREPARING = "They stand in a broadcast that is being prepared: try again in a minute."


def erase(contact: Contact, **_: Any) -> None:
    """In the transaction of contacts.privacy.erase(). Raises CannotErase."""
    theirs = Theirs.of(contact)
    for phone in sorted(theirs.phones):  # where claims and arrivals wait
        people.hold(phone)
    for event in theirs.events().filter(state=Event.State.STORED):
        inbox.replay(event)  # a STOP that nobody has read yet must not be lost
    if theirs.texts().filter(status=Status.SENDING).exists():
        raise CannotErase(LEAVING)
    _blank_answers(theirs)
    _blank_mails(theirs)
    _blank_deliveries(theirs)
    _blank_texts(theirs)
    _blank_broadcasts(theirs)
    theirs.events().delete()
    Conversation.objects.filter(Q(contact=contact) | Q(contact=None, phone__in=theirs.own)).delete()
    Belongs.objects.filter(Q(contact=contact) | Q(phone__in=theirs.own)).delete()
    _forget_consent(theirs)


def _blank_texts(theirs: Theirs) -> None:
    now = timezone.now()
    texts = theirs.texts()
    # What a person typed as a comment anywhere, a deal say, and became one of these texts.
    Comment.objects.filter(track__message__in=texts).delete()
    _blank_exchanges(theirs)
    CallerNote.objects.filter(message__in=texts).delete()
    texts.filter(status=Status.QUEUED).update(
        status=Status.CANCELLED, reason="", settled_at=now, updated_at=now
    )
    _blank_ids(theirs)
    texts.update(text="", detail="", phone=ERASED, contact=None, updated_at=now)


def _blank_exchanges(theirs: Theirs) -> None:
    """Theirs, and those of texts to other people that left in one request with them."""
    own = Attempt.objects.filter(message__in=theirs.texts())
    for pk, token in own.values_list("pk", "claim_token"):
        near = Attempt.objects.filter(pk__range=(pk - MOST_CLAIMED, pk + MOST_CLAIMED))
        for digits in theirs.digits():
            told = Q(request__contains=digits) | Q(response__contains=digits)
            near.filter(told, claim_token=token).update(request="", response="")
    own.update(request="", response="")


def _blank_mails(theirs: Theirs) -> None:
    """Mails that texted them, or would have; and those that told of their texts."""
    Letter.objects.filter(message__in=theirs.texts()).delete()
    about = Q(message__in=theirs.texts())
    for digits in theirs.digits():
        about |= Q(recipient__contains=digits)
    Mail.objects.filter(about).update(recipient="", words="", header_id="")


def _blank_deliveries(theirs: Theirs) -> None:
    """What other systems were told of them; that they are gone is still told."""
    texts = [str(pk) for pk in theirs.texts().values_list("pk", flat=True)]
    about = (
        Q(event__in=[Kind.RECEIVED, Kind.STATUS], subject__in=texts)
        | Q(event=Kind.CONTACT, subject=str(theirs.contact.pk))
        | Q(event=Kind.OPTOUT, subject__in=theirs.own)
    )
    Delivery.objects.filter(about).delete()


def _blank_ids(theirs: Theirs) -> None:
    """So that a text which the gateway reports again is known, without saying whose it was."""
    for message in theirs.texts().exclude(external_id="").only("direction", "phone", "external_id"):
        if not message.is_outbound or _mentions(message.external_id, theirs):
            message.external_id = erased_id(message.phone, message.external_id)
            message.save(update_fields=["external_id"])


def _blank_broadcasts(theirs: Theirs) -> None:
    """Who has not been texted yet leaves the audience; the others stay as a number only."""
    theirs.in_broadcasts().filter(message=None, problem="").delete()
    for row in theirs.in_broadcasts():
        row.contact, row.text, row.phone = None, "", f"{ERASED} {row.pk}"
        row.problem = row.problem and "They were erased."
        row.save(update_fields=["contact", "text", "phone", "problem"])
    for broadcast in Broadcast.objects.exclude(pasted=""):
        given = audience.pasted(broadcast)
        kept = [one for one in given if not _mentions(one, theirs)]
        if len(kept) == len(given):
            continue
        if broadcast.state == Broadcast.State.PREPARING:  # it counts how many it has read
            raise CannotErase(PREPARING)
        broadcast.pasted = "\n".join(kept)
        broadcast.save(update_fields=["pasted"])


def _blank_answers(theirs: Theirs) -> None:
    """What the API answered about them, kept for whoever asks the same again."""
    texts = set(theirs.texts().values_list("pk", flat=True))
    comments = set(Comment.objects.on(theirs.contact).values_list("pk", flat=True))
    for answer in Answer.objects.iterator():
        body = answer.body
        if not isinstance(body, dict):
            continue
        if "refused" in body:  # a log in D7's dialect
            kept = [to for to in body["refused"] if not _mentions(to, theirs)]
            answer.body = body | {"refused": kept}
        elif _is_about(body, theirs, texts, comments):
            answer.body = {"erased": True}
        if answer.body != body:
            answer.save(update_fields=["body"])


def _is_about(body: dict[str, Any], theirs: Theirs, texts: set[int], comments: set[int]) -> bool:
    if "kind" in body:
        return body.get("id") in comments or ("message" in body and body["message"]["id"] in texts)
    if "phones" in body:
        return bool(body.get("id") == theirs.contact.pk)
    return body.get("id") in texts and "text" in body


def _mentions(words: str, theirs: Theirs) -> bool:
    """Whether there is one of their numbers in it, also without the country."""
    bare = phones.digits(words)
    return len(bare) > 6 and any(one in bare or one.endswith(bare) for one in theirs.digits())


def _forget_consent(theirs: Theirs) -> None:
    for recipient in Recipient.objects.filter(phone__in=theirs.own):
        ErasedOptOut.objects.remember(recipient.phone, recipient.opted_out_at)
        ConsentEvent.objects.filter(recipient=recipient).delete()
        recipient.delete()
