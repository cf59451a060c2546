"""Who may call, and that a repeated POST does nothing twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest
from ninja.responses import Response
from ninja.security import HttpBearer

from contacts import phones
from contacts.comments import storable
from contacts.ids import MOST_PK
from contacts.roles import Right, may, refusal
from messaging import tokens
from messaging.api.problems import Problem
from messaging.models import Answer, Scope

LONGEST_KEY = 200
_OTHER = "This Idempotency-Key was used for another request."
_UNDER_WAY = "A request with this key waits for its answer, or lost it: ask later, or with another."


class Caller(HttpRequest):
    """A request of the API: `auth` is its token, `user` the token's owner."""

    auth: Any
    user: Any


class Bearer(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = tokens.find(token)
        if found:
            request.user = found.user
        return found


def needs(
    scope: Scope, right: Right | None = None, *, takes: Collection[str] = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """
    An operation only for tokens with this scope, of somebody whose role may do it; right: what it
    asks of the role beyond what the scope does. takes: names that its address may have behind the
    question mark, beside its own arguments.
    """

    def guard(operation: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(operation)
        def guarded(request: Any, *args: Any, **given: Any) -> Any:
            if why_not := tokens.refusal(request.auth, scope):
                raise Problem(403, why_not)
            if right and not may(request.user, right):
                raise Problem(403, refusal(request.user, right))
            if unknown := request.GET.keys() - given.keys() - set(takes):
                raise Problem(422, _nothing_called(min(unknown)))
            return operation(request, *args, **given)

        return guarded

    return guard


def once(operation: Callable[..., Any]) -> Callable[..., Any]:
    """
    A POST, which returns (status, body). With an Idempotency-Key it is done once: what it stores
    and the answer kept for the next one are one transaction. A refusal is not kept.
    """

    @wraps(operation)
    def guarded(request: Any, *args: Any, **given: Any) -> Any:
        key = _key(request)
        with transaction.atomic():
            if not key:
                return _response(*operation(request, *args, **given))
            row, is_new = _kept(request, key)
            if is_new:
                _keep(row, *operation(request, *args, **given))
            return _response(row.status, row.body)

    return guarded


def once_outside(operation: Callable[..., Any]) -> Callable[..., Any]:
    """
    The same for what waits for an answer from outside: no transaction is open meanwhile, so the
    key is taken before. Who comes with it too early, or after a crash lost the answer, hears 409.
    """

    @wraps(operation)
    def guarded(request: Any, *args: Any, **given: Any) -> Any:
        key = _key(request)
        if not key:
            return _response(*operation(request, *args, **given))
        row, is_new = _kept(request, key)
        if is_new:
            try:
                answer = operation(request, *args, **given)
            except Exception:
                row.delete()
                raise
            _keep(row, *answer)
        if row.status == 0:
            raise Problem(409, _UNDER_WAY)
        return _response(row.status, row.body)

    return guarded


def phone_of(typed: str) -> str:
    """In E.164. Raises Problem."""
    try:
        return phones.parse(storable(typed), settings.DEFAULT_REGION)
    except phones.PhoneInvalid as invalid:
        raise Problem(422, f"phone: {invalid}") from invalid


def found(rows: QuerySet[Any], pk: int) -> Any:
    """The row of these. Raises Http404."""
    row = rows.filter(pk=pk).first() if 0 < pk <= MOST_PK else None
    if row is None:
        raise Http404
    return row


def refuse(form: BaseForm) -> Problem:
    """What a form of the pages finds wrong, in the API's shape."""
    wrong = [
        {"field": "" if name == NON_FIELD_ERRORS else name, "why": str(why)}
        for name, sentences in form.errors.items()
        for why in sentences
    ]
    first = wrong[0]
    words = f"{first['field']}: {first['why']}" if first["field"] else first["why"]
    return Problem(422, words, errors=wrong)


def _nothing_called(name: str) -> str:
    """A filter that was mistyped would let through what it was to keep out."""
    return f"“{name[:40]}” means nothing in this address: see /api/v1/openapi.json."


def _response(status: int, body: Any) -> Response:
    return Response(body, status=status)


def _key(request: Any) -> str:
    """Raises Problem."""
    key: str = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Problem(400, f"An Idempotency-Key has at most {LONGEST_KEY} plain characters.")
    return key


def _keep(row: Answer, status: int, body: Any) -> None:
    row.status, row.body = status, json.loads(json.dumps(body, cls=DjangoJSONEncoder))
    row.save(update_fields=["status", "body"])


def _kept(request: Any, key: str) -> tuple[Answer, bool]:
    """The row of this key, and whether it is new; two callers at once take turns here."""
    asked = f"{request.method} {request.path}\n".encode() + request.body
    fingerprint = hashlib.sha256(asked).hexdigest()
    try:
        with transaction.atomic():
            row = Answer.objects.create(token=request.auth, key=key, fingerprint=fingerprint)
            return row, True
    except IntegrityError:
        row = Answer.objects.get(token=request.auth, key=key)
    if row.fingerprint != fingerprint:
        raise Problem(409, _OTHER)
    return row, False
