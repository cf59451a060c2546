"""Who may not be texted, what was said about it, and writing down more of it."""

import re
from datetime import datetime
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from ninja import Router
from pydantic import AwareDatetime, StringConstraints

from contacts.roles import Right
from messaging import consent
from messaging.api import responses, shapes
from messaging.api.doors import Caller, needs, once, phone_of
from messaging.api.problems import Problem
from messaging.models import ConsentEvent, Recipient, Scope

router = Router(tags=["opt-outs"])
SIZE = 50
MOST_TOLD = 200
_PHONE = re.compile(r"\+[0-9]{1,20}")
Said = Annotated[shapes.Words, StringConstraints(max_length=2000)]


class OptOutIn(shapes.Given):
    """how: by phone, on paper, in your shop; words: theirs, where they are known."""

    phone: shapes.Line
    how: shapes.Short = ""
    words: Said = ""


class OptInIn(shapes.Given):
    """Proof that the number's owner agreed: their words, and how they said them."""

    how: shapes.Short
    words: Said
    said_at: AwareDatetime | None = None


@router.get("/opt-outs", response=responses.OptOuts)
@needs(Scope.READ)
def optout_list(request: Caller, cursor: str = "") -> Any:
    """Numbers that may not be texted, by number."""
    if cursor and not _PHONE.fullmatch(cursor):
        raise Problem(422, shapes.NO_CURSOR)
    known = Recipient.objects.visible_to(request.user).opted_out()
    rows = known.filter(phone__gt=cursor).order_by("phone")
    items = [_short(row) for row in rows[: SIZE + 1]]
    more = len(items) > SIZE
    return {"items": items[:SIZE], "next_cursor": items[SIZE - 1]["phone"] if more else None}


@router.post("/opt-outs", response={201: responses.LedgerTold})
@needs(Scope.WRITE)
@once
def optout_create(request: Caller, given: OptOutIn) -> Any:
    """Not texted any more, from now on; what waits for that number is taken back."""
    phone = phone_of(given.phone)
    source = ConsentEvent.Source.PERSON
    consent.opt_out(phone, source=source, words=given.words, user=request.user, how=given.how)
    seen = Recipient.objects.visible_to(request.user).filter(phone=phone).exists()
    return 201, _ledger(phone, most=MOST_TOLD if seen else 0)


@router.get("/opt-outs/{phone}", response=responses.LedgerTold)
@needs(Scope.READ)
def optout_detail(request: Caller, phone: str) -> Any:
    """Of any number that ever said or was texted something; opted_out_at is null where it may."""
    return _ledger(phone_of(phone), request.user)


@router.post("/opt-outs/{phone}/opt-in", response=responses.LedgerTold)
@needs(Scope.WRITE, Right.OPT_IN)
@once
def optout_lift(request: Caller, phone: str, given: OptInIn) -> Any:
    """They agreed to be texted again. 409 where that cannot count as consent."""
    e164, said_at = phone_of(phone), _past(given.said_at)
    _ledger(e164, request.user)  # which is a 404 where it is not theirs to see
    try:
        consent.opt_in(e164, user=request.user, how=given.how, words=given.words, said_at=said_at)
    except consent.ConsentRefused as refusal:
        raise Problem(409, str(refusal)) from refusal
    return 200, _ledger(e164)


def _past(at: datetime | None) -> datetime | None:
    """Raises Problem."""
    if at and at > timezone.now():
        raise Problem(422, "said_at: That is still to come.")
    return at


def _short(row: Recipient) -> dict[str, Any]:
    return {"phone": row.phone, "opted_out_at": row.opted_out_at}


def _ledger(phone: str, user: Any = None, *, most: int = MOST_TOLD) -> dict[str, Any]:
    rows = Recipient.objects.visible_to(user) if user else Recipient.objects.all()
    row = rows.filter(phone=phone).first()
    if row is None:
        raise Http404
    shown = ("kind", "source", "words", "how", "at")
    said = [{name: getattr(one, name) for name in shown} for one in row.events.all()[:most]]
    return _short(row) | {"ledger": said}
