"""One text to many: written, looked at, started, held, taken back."""

from typing import Annotated, Any, Literal

from django.db import transaction
from ninja import Router
from pydantic import AfterValidator, AwareDatetime, Field

from contacts.models import Tag
from contacts.models.member import team_of
from contacts.roles import Right, may, refusal
from messaging import broadcasts
from messaging.api import responses, shapes
from messaging.api.doors import Caller, found, needs, once, refuse
from messaging.api.problems import Problem
from messaging.forms.broadcast import BroadcastForm
from messaging.models import Broadcast, Number, Scope

router = Router(tags=["broadcasts"])
Verb = Literal["pause", "resume", "stop", "retry"]
ACTS: dict[str, Any] = {
    "pause": broadcasts.pause,
    "resume": broadcasts.resume,
    "stop": broadcasts.stop,
    "retry": broadcasts.retry_failed,
}


class BroadcastIn(shapes.Given):
    """
    Who gets it: contacts with one of the tags; those the contact list finds; phones. only_agreed:
    whoever never agreed to texts, as the ledger of their number says, is skipped. look_up: the
    gateway that is asked first whether their numbers exist, such as “seven”, and charges for each;
    none: nobody is asked.
    """

    name: shapes.Name
    text: shapes.Long
    tags: Annotated[list[shapes.Name], Field(max_length=50)] = []
    query: shapes.Address = ""
    to: Annotated[list[shapes.Line], Field(max_length=10_000)] = []
    numbers: Annotated[list[shapes.Id], Field(max_length=50)] = []
    only_agreed: bool = False
    look_up: shapes.Line = ""


class StartIn(shapes.Given):
    """send_at: none is at once; is_local: by each recipient's own clock."""

    send_at: Annotated[AwareDatetime, AfterValidator(shapes.sendable)] | None = None
    is_local: bool = False


class ApproveIn(shapes.Given):
    """started_at: what it says as you read it. Whoever was asked again since has to look again."""

    started_at: AwareDatetime | None = None


@router.get("/broadcasts", response=responses.Broadcasts)
@needs(Scope.READ)
def broadcast_list(request: Caller, cursor: str = "") -> Any:
    rows = Broadcast.objects.visible_to(request.user).prefetch_related("tags")
    return shapes.items(rows, "-created_at", cursor, _response)


@router.post("/broadcasts", response={201: responses.BroadcastTold})
@needs(Scope.SEND, Right.BROADCAST)
@once
def broadcast_create(request: Caller, given: BroadcastIn) -> Any:
    """Its texts are written out now; nothing leaves before /start, which `ready` waits for."""
    new = Broadcast(author=request.user, team_id=team_of(request.user))
    form = BroadcastForm(_typed(given), instance=new)
    if not form.is_valid():
        raise refuse(form)
    broadcast = form.save()
    broadcasts.prepare_again(broadcast)
    return 201, _response(broadcast)


@router.get("/broadcasts/{pk}", response=responses.BroadcastTold)
@needs(Scope.READ)
def broadcast_detail(request: Caller, pk: int) -> Any:
    return _response(_one(request, pk))


@router.get("/broadcasts/{pk}/recipients", response=responses.Recipients)
@needs(Scope.READ)
def broadcast_recipients(request: Caller, pk: int, cursor: str = "") -> Any:
    """Everybody of it, with their words, or the problem why there are none."""
    rows = _one(request, pk).recipients.select_related("message")
    return shapes.items(rows, "pk", cursor, _recipient)


@router.post("/broadcasts/{pk}/start", response=responses.BroadcastTold)
@needs(Scope.SEND, Right.BROADCAST)
@once
def broadcast_start(request: Caller, pk: int, given: StartIn) -> Any:
    """Let it go, or ask a second person to. 409 while it is being prepared, or after."""
    row = _one(request, pk)
    if row.state != Broadcast.State.READY:
        raise Problem(409, f"It is {row.get_state_display().lower()}, not ready.")
    try:
        broadcasts.start(row, send_at=given.send_at, is_local=given.is_local, by=request.user)
    except broadcasts.CannotStart as no:
        raise Problem(409, str(no)) from no
    return 200, _response(row)


@router.post("/broadcasts/{pk}/approve", response=responses.BroadcastTold)
@needs(Scope.SEND, Right.BROADCAST)
@once
def broadcast_approve(request: Caller, pk: int, given: ApproveIn | None = None) -> Any:
    """
    A second person's yes. 409 where it was taken back, changed and handed in again after the
    `started_at` that is named; without one, whatever it says by now is approved.
    """
    row = _one(request, pk)
    if not may(request.user, Right.APPROVE):
        raise Problem(403, refusal(request.user, Right.APPROVE))
    seen = broadcasts.as_asked(given.started_at) if given and given.started_at else ""
    try:
        broadcasts.approve(row, by=request.user, seen=seen)
    except broadcasts.CannotStart as no:
        raise Problem(409, str(no)) from no
    return 200, _response(row)


@router.post("/broadcasts/{pk}/{verb}", response=responses.BroadcastTold)
@needs(Scope.SEND, Right.BROADCAST)
@once
def broadcast_act(request: Caller, pk: int, verb: Verb) -> Any:
    """pause, resume, stop (for good), retry (whom it missed)."""
    row = _one(request, pk)
    if not ACTS[verb](row):
        raise Problem(409, f"It is {row.get_state_display().lower()}: that is not possible.")
    return 200, _response(row)


def _one(request: Caller, pk: int) -> Any:
    return found(Broadcast.objects.visible_to(request.user), pk)


def _typed(given: BroadcastIn) -> dict[str, Any]:
    """As the form takes it. Raises Problem."""
    tags = list(Tag.objects.filter(name__in=given.tags).values_list("pk", "name"))
    if unknown := set(given.tags) - {name for _, name in tags}:
        raise Problem(422, f"tags: There is no tag “{min(unknown)}”.")
    if set(given.numbers) - set(Number.objects.active().values_list("pk", flat=True)):
        raise Problem(422, "numbers: One of them is none of our numbers.")
    return {
        "name": given.name,
        "text": given.text,
        "tags": [pk for pk, _ in tags],
        "query": given.query,
        "pasted": "\n".join(given.to),
        "numbers": given.numbers,
        "only_agreed": given.only_agreed,
        "look_up": given.look_up,
    }


@transaction.atomic
def _response(row: Broadcast) -> dict[str, Any]:
    now = broadcasts.progress(row)
    plain = (
        *("name", "text", "state", "query", "only_agreed", "look_up"),
        *("send_at", "is_local", "created_at", "started_at"),
    )
    ready = row.state == Broadcast.State.READY
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in plain},
        "tags": [tag.name for tag in row.tags.all()],
        "needs_approval": ready and broadcasts.needs_approval(row),
        "counts": {status or "waiting": n for status, n in now.by_status.items()}
        | {"skipped": now.skipped},
        "segments": now.segments,
        "estimate": _estimate(row),
    }


def _estimate(row: Broadcast) -> dict[str, Any] | None:
    known = broadcasts.estimate(row)
    if known is None:
        return None
    return {
        "total": [
            {"cost": str(cost), "currency": currency or None}
            for currency, cost in known.totals.items()
        ],
        "unpriced": known.unknown,
        "lines": [
            {
                "gateway": line.gateway,
                "segments": line.segments,
                "cost": None if line.cost is None else str(line.cost),
                **{name: getattr(line, name) or None for name in ("country", "price", "currency")},
            }
            for line in known.lines
        ],
    }


def _recipient(row: Any) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in ("phone", "text", "problem")},
        "contact": row.contact_id,
        "message": row.message_id,
        "status": row.message.status if row.message else None,
    }
