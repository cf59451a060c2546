"""What a webhook says: put into words once, in the transaction that claims it, then kept."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import urlencode

from django.core.serializers.json import DjangoJSONEncoder

from contacts import phones
from contacts.models import Contact
from messaging import facts
from messaging.hooks import dialects, signatures
from messaging.models import ConsentEvent, Delivery, Hook, Message
from messaging.models.sealed import Unreadable

Manner, Event = Hook.Manner, Delivery.Event
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
TYPES = {Manner.OURS: JSON, Manner.SEVEN_JSON: JSON, Manner.SEVEN_FORM: FORM}


class Unsigned(Exception):
    """Why nothing can be sent: one plain sentence."""


def put_into_words(news: Delivery) -> bool:
    """Give it its id and its body, where it has none. False if its address wants none of it."""
    if news.uid is None:
        news.uid = uuid.uuid4()
        body = _words(news)
        news.body = body or ""
        return body is not None
    return True


def request(news: Delivery, hook: Hook | None) -> tuple[str, str, dict[str, str], bytes]:
    """Method, address, headers and body of the next try, signed now. Raises Unsigned."""
    body = news.body.encode()
    if hook is None:
        return "POST", news.url, {"Content-Type": FORM}, body
    if not hook.secrets or isinstance(hook.headers, Unreadable):
        raise Unsigned("Its secret was sealed with another SECRET_KEY: make a new secret for it.")
    if hook.manner == Manner.OURS:
        signed = signatures.ours(hook.secrets, str(news.uid), body)
        return "POST", hook.url, {"Content-Type": JSON} | signed, body
    method, url = "POST", hook.url
    headers = dict(line.split(": ", 1) for line in hook.headers.splitlines())
    if hook.manner == Manner.SEVEN_GET:
        method, body = "GET", b""
        url += ("&" if "?" in url else "?") + news.body
    else:
        headers["Content-Type"] = TYPES[Manner(hook.manner)]
    return method, url, headers | signatures.seven(hook.secrets[0], method, url, body), body


def _words(news: Delivery) -> str | None:
    hook = news.hook
    if hook and hook.manner == Manner.OURS:
        return _json(
            {
                "id": str(news.uid),
                "type": news.event,
                "timestamp": news.at,
                "data": _DATA[Event(news.event)](news),
            }
        )
    of_text = news.event in {Event.RECEIVED, Event.STATUS}
    message = _message(news.subject) if of_text else None
    if message is None:
        return None
    if hook is None:
        return urlencode(dialects.d7_report(news, message))
    if hook.event_filter and hook.event_filter != message.number.address:
        return None
    told = dialects.seven_event(news, message)
    return _json(told) if hook.manner == Manner.SEVEN_JSON else urlencode(_flat(told))


def _text(news: Delivery) -> dict[str, Any]:
    """As the API shows it, with the status it had when this happened."""
    message = _message(news.subject)
    known = facts.message(message) if message else {"id": int(news.subject)}
    return known | {"status": news.detail}


def _contact(news: Delivery) -> dict[str, Any]:
    """As it is now, and what was done: of a deleted one only its id."""
    rows = Contact.objects.select_related("company").prefetch_related(
        "phones", "tags", "custom__field"
    )
    contact = rows.filter(pk=int(news.subject)).first()
    known = facts.contact(contact) if contact else {"id": int(news.subject)}
    return known | {"change": news.detail if contact else "deleted"}


def _optout(news: Delivery) -> dict[str, Any]:
    """source: of the ledger; words: what was said, where it was."""
    last = ConsentEvent.objects.filter(recipient_id=news.subject).first()
    return {
        "phone": news.subject,
        "country": phones.region_of(news.subject),
        "opted_out": news.detail == "opted_out",
        "source": last.source if last else "",
        "words": last.words if last else "",
    }


def _ping(news: Delivery) -> dict[str, Any]:
    return {"text": "It works."}


_DATA = {
    Event.RECEIVED: _text,
    Event.STATUS: _text,
    Event.CONTACT: _contact,
    Event.OPTOUT: _optout,
    Event.PING: _ping,
}


def _message(subject: str) -> Message | None:
    rows = Message.objects.select_related("number", "contact", "author", "caller_note")
    return rows.filter(pk=int(subject)).first()


def _json(told: dict[str, Any]) -> str:
    return json.dumps(told, cls=DjangoJSONEncoder)


def _flat(told: dict[str, Any]) -> dict[str, str]:
    """`data[msg_id]=…`, as PHP reads it."""
    inner = {f"data[{name}]": value for name, value in told["data"].items()}
    return inner | {name: value for name, value in told.items() if name != "data"}
