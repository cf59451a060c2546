"""Webhooks as the gateways send them, through the real address."""

import hashlib
import hmac
import json
import time
from pathlib import Path

from django.conf import settings
from django.test import Client

PAYLOADS = Path(__file__).parent / "gateways" / "payloads"
TOKEN = "test-webhook-token-0123456789abcdef"
FORM = "application/x-www-form-urlencoded"
KINDS = {".json": "application/json", ".form": FORM, ".multipart": "multipart/form-data"}

CAROLS = "+12125550123"
OURS = "+12125550100"


def post(gateway, given, *, query="", token=TOKEN, kind="", **headers):
    """given: a payload's file name, a dictionary for JSON, or bytes."""
    body = given
    if isinstance(given, dict):
        body, kind = json.dumps(given).encode(), kind or "application/json"
    if isinstance(given, str):
        body, kind = (PAYLOADS / given).read_bytes(), kind or KINDS[Path(given).suffix]
    if kind == "multipart/form-data":
        kind += "; boundary=b0undary"
    path = f"/webhooks/{gateway}/{token}/{query}"
    return Client().post(path, body, content_type=kind or "text/plain", headers=headers)


def inbound(gateway, text, *, sender=CAROLS, to=OURS, external_id="id-1", sent_at=None):
    """A text that came in, in this gateway's words, and the answer to it."""
    if gateway == "d7":
        form = {"mo_id": external_id, "sender": sender, "receiver": to, "text": text}
        return post("d7", _form(form), kind=FORM)
    if gateway == "seven":
        data = {"id": external_id, "sender": sender.strip("+"), "system": to, "text": text}
        data["time"] = str(int(sent_at or time.time()))
        return post("seven", {"webhook_event": "sms_mo", "data": data})
    names = {"smrtphone": ("smsIncoming", "smsId", "message"), "simulator": ("text", "id", "text")}
    event, id_key, text_key = names[gateway]
    return post(
        gateway, {"event": event, id_key: external_id, "from": sender, "to": to, text_key: text}
    )


def report(gateway, status, *, external_id="", reference=""):
    """A delivery report in this gateway's words."""
    if gateway == "d7":
        form = {"request_id": external_id, "msg_id": "m1", "status": status}
        return post("d7", _form(form), kind=FORM, query=f"?reference={reference}")
    if gateway == "seven":
        data = {"msg_id": external_id, "status": status, "foreign_id": reference}
        return post("seven", {"webhook_event": "dlr", "data": data})
    if gateway == "smrtphone":
        return post(
            gateway, {"event": "smsDeliveryCallback", "smsId": external_id, "status": status}
        )
    return post(
        gateway, {"event": "report", "reference": reference, "id": external_id, "status": status}
    )


def signature(body, secret, *, at=None, path=f"/webhooks/seven/{TOKEN}/"):
    """The headers with which seven.io signs a JSON webhook."""
    at, nonce = str(int(at or time.time())), "n" * 32
    url, digest = settings.PUBLIC_URL + path, hashlib.md5(body).hexdigest()
    signed = "\n".join((at, nonce, "POST", url, digest)).encode()
    made = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return {"X-Timestamp": at, "X-Nonce": nonce, "X-Signature": made}


def _form(fields):
    from urllib.parse import urlencode

    return urlencode(fields).encode()
