"""
How a webhook proves that it is ours: as Standard Webhooks has it (standardwebhooks.com, read
November 2026), and, for who subscribed in seven's dialect, as seven has it (docs/gateways.md).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time


def ours(signers: list[str], uid: str, body: bytes) -> dict[str, str]:
    """
    Headers. Signed are id, seconds and body, joined by dots, with HMAC-SHA256 and the bytes that
    the secret holds behind `whsec_`; one signature for each secret that counts now.
    """
    at = str(int(time.time()))
    signed = f"{uid}.{at}.".encode() + body
    signatures = [f"v1,{_base64(_mac(_key(secret), signed))}" for secret in signers]
    return {
        "webhook-id": uid,
        "webhook-timestamp": at,
        "webhook-signature": " ".join(signatures),
    }


def seven(secret: str, method: str, url: str, body: bytes) -> dict[str, str]:
    """Headers. The key is the whole secret, as it was shown."""
    at, nonce = str(int(time.time())), secrets.token_hex(16)
    digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
    signed = "\n".join((at, nonce, method, url, digest))
    signature = _mac(secret.encode(), signed.encode()).hex()
    return {"X-Timestamp": at, "X-Nonce": nonce, "X-Signature": signature}


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))


def _mac(key: bytes, signed: bytes) -> bytes:
    return hmac.digest(key, signed, "sha256")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
