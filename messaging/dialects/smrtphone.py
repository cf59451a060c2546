"""
smrtPhone's dialect: POST /sms/send (docs/gateways.md says what of it is public).

What it answers to success is not public: ours is the id as JSON.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from contacts import phones
from messaging import outbox
from messaging.dialects import door
from messaging.models import Scope

FIELDS = ("from", "to", "message")


@door.without_sign_in
def send(request: HttpRequest) -> HttpResponse:
    """A bad key is 403, everything else that is wrong 400 with a sentence."""
    if request.method != "POST":
        return _say(405, "Only POST.", Allow="POST")
    token = door.caller(request.headers.get("X-Auth-smrtPhone", ""), Scope.SEND)
    if token is None:
        return _say(403, "Forbidden")
    try:
        given = door.form(request)
    except door.Unreadable as error:
        return _say(error.status, str(error))
    if missing := [name for name in FIELDS if not given.get(name, "").strip()]:
        return _say(400, f"Missing required parameter(s): {', '.join(missing)}")
    number = door.sender(given["from"])
    if number is None:
        return _say(400, "Error: “from” is none of our numbers.")
    try:
        to = door.phone(given["to"])
        message = door.text(token, to=to, words=given["message"], number=number)
    except (phones.PhoneInvalid, outbox.CannotSend) as refusal:
        return _say(400, f"Error: {refusal}")
    return JsonResponse({"smsId": f"SM{message.reference.hex}"})


def _say(status: int, words: str, **headers: str) -> HttpResponse:
    return HttpResponse(
        words, status=status, content_type="text/plain; charset=utf-8", headers=headers
    )
