"""Whether a number exists: one look-up, which the gateway charges for."""

from typing import Any

from ninja import Router

from messaging import lookups
from messaging.api import responses, shapes
from messaging.api.described import REFUSED
from messaging.api.doors import Caller, needs, once_outside, phone_of
from messaging.api.problems import Problem
from messaging.gateways.errors import GatewayError
from messaging.models import Scope

router = Router(tags=["texts"])


class LookUpIn(shapes.Given):
    """gateway: which is asked, such as “seven”; else the first that can be."""

    phone: shapes.Line
    gateway: shapes.Line = ""


@router.post(
    "/look-ups", response=responses.LookUpTold, openapi_extra={"responses": {502: REFUSED}}
)
@needs(Scope.SEND)
@once_outside
def look_up_create(request: Caller, given: LookUpIn) -> Any:
    """
    Paid for each time. A dead number is skipped by broadcasts from now on. 409 where nobody can be
    asked, 502 where the gateway does not say.
    """
    phone = phone_of(given.phone)
    try:
        gateway, found = lookups.look_up(phone, given.gateway)
    except lookups.CannotAsk as no:
        raise Problem(409, str(no)) from no
    except GatewayError as error:
        raise Problem(502, str(error)) from error
    told = {"phone": phone, "gateway": gateway, "state": found.state, "detail": found.detail}
    return 200, told
