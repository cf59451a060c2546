"""Who is told what happens here: for systems that set up their own webhooks."""

import json
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Router
from ninja.responses import Response
from pydantic import Field, StringConstraints

from contacts import audit
from messaging.api import responses, shapes
from messaging.api.doors import Caller, found, needs, once, refuse
from messaging.api.problems import Problem
from messaging.forms.settings_hooks import HookForm
from messaging.hooks import keeping
from messaging.models import Delivery, Hook, Scope
from messaging.models.sealed import Unreadable, seal, unseal

router = Router(tags=["webhooks"])
Event = Literal["message.received", "message.status", "contact.changed", "optout.changed"]
FLAGS = {
    Delivery.Event.RECEIVED: "on_received",
    Delivery.Event.STATUS: "on_status",
    Delivery.Event.CONTACT: "on_contact",
    Delivery.Event.OPTOUT: "on_optout",
}
Note = Annotated[shapes.Words, StringConstraints(max_length=60)]


class WebhookIn(shapes.Given):
    url: shapes.Address
    events: Annotated[list[Event], Field(min_length=1, max_length=10)]
    note: Note = ""


class WebhookChange(shapes.Given):
    """What is left out stays. active: false pauses it."""

    url: shapes.Address | None = None
    events: Annotated[list[Event], Field(min_length=1, max_length=10)] | None = None
    note: Note | None = None
    active: bool | None = None


@router.get("/webhooks", response=responses.Webhooks)
@needs(Scope.HOOKS)
def webhook_list(request: Caller) -> Any:
    return shapes.every(Hook.objects.all(), _response)


@router.post("/webhooks", response={201: responses.WebhookMade})
@needs(Scope.HOOKS)
def webhook_create(request: Caller, given: WebhookIn) -> Any:
    """The secret is shown here, and to who asks again with the same Idempotency-Key."""
    answer = _create(request, given=given)
    told = json.loads(answer.content)
    told["secret"] = unseal(told["secret"])
    if isinstance(told["secret"], Unreadable):
        raise Problem(409, "Its secret cannot be shown again: SECRET_KEY was changed since.")
    return Response(told, status=answer.status_code)


@once
def _create(request: Caller, given: WebhookIn) -> Any:
    """With the secret sealed, for the answer is kept."""
    if Hook.objects.count() >= keeping.MOST:
        raise Problem(409, f"There are {keeping.MOST} webhooks already: delete one first.")
    with audit.noting(audit.Action.SETTINGS, by=request.user) as say:
        hook = _keep(Hook(owner=request.user), given.model_dump())
        say(f"Added webhook {hook.pk}")
    return 201, _response(hook) | {"secret": seal(hook.secret)}


@router.get("/webhooks/{pk}", response=responses.WebhookTold)
@needs(Scope.HOOKS)
def webhook_detail(request: Caller, pk: int) -> Any:
    return _response(found(Hook.objects.all(), pk))


@router.patch("/webhooks/{pk}", response=responses.WebhookTold)
@needs(Scope.HOOKS)
def webhook_change(request: Caller, pk: int, given: WebhookChange) -> Any:
    hook = found(Hook.objects.all(), pk)
    said = {name: value for name, value in given.model_dump().items() if value is not None}
    active = said.pop("active", None)
    with audit.noting(audit.Action.SETTINGS, by=request.user) as say:
        if said:
            hook = _keep(hook, _response(hook) | said)
        if active is not None:
            keeping.switch(hook, on=active)
        say(f"Webhook {pk}: {', '.join([*said, *(['active'] if active is not None else [])])}")
    return _response(hook)


@router.delete("/webhooks/{pk}", response={204: None})
@needs(Scope.HOOKS)
def webhook_delete(request: Caller, pk: int) -> Any:
    """With what waits for it, and its log."""
    hook = found(Hook.objects.all(), pk)
    with audit.noting(audit.Action.SETTINGS, by=request.user) as say:
        hook.delete()
        say(f"Deleted webhook {pk}")
    return HttpResponse(status=204)


def _keep(hook: Hook, said: dict[str, Any]) -> Hook:
    """Raises Problem."""
    flags = [FLAGS[Delivery.Event(event)] for event in said["events"]]
    typed = {"url": said["url"], "note": said["note"], "events": flags}
    form = HookForm(typed, instance=hook)
    if not form.is_valid():
        raise refuse(form)
    return form.save()


def _response(hook: Hook) -> dict[str, Any]:
    shown = ("url", "note", "active", "failing_since", "created_at")
    return {
        "id": hook.pk,
        **{name: getattr(hook, name) for name in shown},
        "events": [event.value for event, flag in FLAGS.items() if getattr(hook, flag)],
    }
