"""Demo mode: the phones of the people we text, so that somebody can answer as they would."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from contacts import phones
from contacts.access import needs
from contacts.ids import read_pk
from contacts.models import Phone as ContactPhone
from contacts.models.member import seen_by
from contacts.roles import Right
from messaging import news, wire, wording
from messaging.gateways.errors import GatewayError
from messaging.gateways.http import Http
from messaging.models import Message, Number, Status

MOST_PHONES, MOST_TEXTS, LOOK_BACK = 6, 30, 200
ARRIVED = (Status.SENT, Status.DELIVERED, Status.RECEIVED)
LOST = "The answer did not get through: our own webhook could not be reached."
DEADLINE = 10.0  # seconds
E164 = re.compile(r"\+\d{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Phone:
    """Somebody's phone. texts: what stands on it, oldest first."""

    e164: str
    display: str
    owner: str
    number: Number | None  # ours, which an answer goes to
    texts: list[tuple[Message, wording.Time]]

    @property
    def id(self) -> str:
        return self.e164.lstrip("+")


@require_safe
@needs(Right.VIEW)
def handset(request: HttpRequest) -> HttpResponse:
    _only_in_demo()
    typed, problem, opened = request.GET.get("phone", ""), "", ""
    if typed:
        try:
            opened = phones.parse(typed, settings.DEFAULT_REGION)
        except phones.PhoneInvalid as error:
            problem = str(error)
    shown = _phones(request.user, [opened] if opened else [])
    context = {"phones": shown, "typed": typed, "problem": problem, "rev": _digest(shown)}
    return render(request, "messaging/handset.html", context)


@require_POST
@needs(Right.EDIT)
def handset_answer(request: HttpRequest) -> HttpResponse:
    """Send as that person: through the real webhook, over HTTP, as a gateway would."""
    _only_in_demo()
    number = get_object_or_404(
        Number, pk=read_pk(request.POST.get("number", "")), gateway="simulator"
    )
    phone, text = request.POST.get("phone", ""), request.POST.get("text", "").strip()
    told = {"event": "text", "from": phone, "to": number.address, "text": text}
    if not text:
        notices.error(request, "Write something first.")
    elif not _post(told | {"id": f"handset-{uuid.uuid4()}"}):
        notices.error(request, LOST)
    return redirect(f"{reverse('messaging:handset')}?{urlencode({'phone': phone})}")


def changes(request: HttpRequest, holds: QueryDict) -> dict[str, Any] | None:
    """The texts on the phones that are shown, and phones that are not shown yet."""
    _only_in_demo()
    known = [phone for phone in holds.getlist("phone") if E164.fullmatch(phone)][:12]
    shown = _phones(request.user, known)
    rev = _digest(shown)
    if rev == holds.get("rev"):
        return None
    old = [phone for phone in shown if phone.e164 in known]
    new = [phone for phone in shown if phone.e164 not in known]
    return {"rev": rev, "phones": old, "new_phones": new, "first_phones": bool(new) and not known}


def _post(told: dict[str, str]) -> bool:
    try:
        return Http(wire.webhook_url("simulator"), {}, DEADLINE).post("", json=told).ok
    except (GatewayError, ValueError):
        return False


def _phones(user: Any, first: list[str]) -> list[Phone]:
    """These, and those that were in touch with a simulated number most recently."""
    numbers = {number.pk: number for number in Number.objects.filter(gateway="simulator")}
    lately = Message.objects.visible_to(user).filter(number__in=numbers).latest_first()
    recent = list(lately.values_list("phone", flat=True)[:LOOK_BACK])
    chosen = list(dict.fromkeys([*first, *recent]))[: max(MOST_PHONES, len(first))]
    owners = dict(
        seen_by(ContactPhone.objects.filter(e164__in=chosen), user, "contact__team")
        .order_by("-contact_id")
        .values_list("e164", "contact__name")
    )
    return [_phone(user, e164, owners.get(e164, ""), numbers) for e164 in chosen]


def _phone(user: Any, e164: str, owner: str, numbers: dict[int, Number]) -> Phone:
    rows = Message.objects.visible_to(user).filter(phone=e164, number__in=numbers).latest_first()
    texts = list(rows.filter(status__in=ARRIVED)[:MOST_TEXTS])[::-1]
    usual = next((number for number in numbers.values() if number.can_receive), None)
    return Phone(
        e164=e164,
        display=wording.show_phone(e164),
        owner=owner,
        number=numbers[texts[-1].number_id] if texts else usual,
        texts=[(text, wording.clock(text.created_at)) for text in texts],
    )


def _digest(shown: list[Phone]) -> str:
    """Whatever their order: it changes with each text."""
    return news.digest(*sorted((p.e164, [text.pk for text, _ in p.texts]) for p in shown))


def _only_in_demo() -> None:
    if not settings.DEMO:
        raise Http404
