"""
Rubbish for our webhooks, and histories for our texts: `python -m tests.chaos.fuzz`.

Bodies are those that gateways really send, broken in every way, and pure noise. No answer may be
a 5xx but the 503 that asks for a signature, and nothing may be left behind that only a bug of
ours explains.
"""

import argparse
import json
import logging
import os
import random
import sys
import tempfile
from collections import Counter
from copy import deepcopy
from pathlib import Path

PAYLOADS = Path(__file__).resolve().parents[1] / "messaging" / "gateways" / "payloads"
GATEWAYS = ("seven", "d7", "smrtphone", "simulator")
KINDS = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data; boundary=b",
}
NASTY = (
    *("", "\x00", "\ud800", "\u202e", "𝕊" * 300, "a" * 70_000, "'; DROP TABLE x; --", "%00"),
    *("+", "+1", "+12125550123", "+447700900000", "0", "-1", "1e999", "NaN", "9" * 400, "STOP"),
    *("START", "2026-02-30T25:61:61Z", "null", "[]", "{}", "=&=&=", "\r\nX: y", "../../etc"),
)
ODD = (None, True, False, 0, -1, 1e308, 2**63, 10**400, [], {}, [[[]]], {"": {}}, [None])


def body(rng, gateway):
    """(content type, bytes): a real payload mutated, or noise."""
    if rng.random() < 0.15:
        return rng.choice([*KINDS.values(), "", "text/plain", "multipart/form-data", "\xff"]), (
            rng.randbytes(rng.randrange(300))
        )
    file = rng.choice(sorted(PAYLOADS.glob(f"{gateway}_*")))
    kind, data = KINDS[file.suffix[1:]], file.read_bytes()
    if file.suffix == ".json" and rng.random() < 0.8:
        parsed = json.loads(data)
        for _ in range(rng.randrange(1, 4)):
            _bend(parsed, rng)
        return kind, _dumped(parsed)
    return kind if rng.random() < 0.9 else rng.choice([*KINDS.values()]), _torn(data, rng)


def strike(client, gateway, times, rng):
    """Posts so many bodies. Returns how often each status came."""
    from django.conf import settings

    statuses = Counter()
    address = f"/webhooks/{gateway}/{settings.WEBHOOK_TOKEN}/"
    for _ in range(times):
        kind, data = body(rng, gateway)
        query = rng.choice(
            ["", "", f"?reference={rng.choice(['x', '%00', '%ED%A0%80', '1' * 999])}"]
        )
        method = client.get if rng.random() < 0.05 else client.post
        more = {"data": data, "content_type": kind} if method == client.post else {}
        statuses[method(address + query, **more).status_code] += 1
    return statuses


def bugs():
    """Webhooks that could not be applied, and why, from the events that are left."""
    from messaging.models import Event

    rows = Event.objects.filter(state=Event.State.STORED)
    return Counter(rows.values_list("gateway", "problem"))


def _bend(parsed, rng):
    """Change one value somewhere in it, take it away, or add one."""
    place = parsed
    while isinstance(place, dict) and place:
        key = rng.choice([*place])
        if isinstance(place[key], dict) and place[key] and rng.random() < 0.8:
            place = place[key]
            continue
        match rng.randrange(4):
            case 0:
                del place[key]
            case 1:
                place[rng.choice(NASTY)[:50]] = rng.choice(NASTY)
            case 2:
                place[key] = deepcopy(rng.choice(ODD))
            case _:
                place[key] = rng.choice(NASTY)
        return


def _dumped(parsed):
    return json.dumps(parsed, ensure_ascii=True).encode()


def _torn(data, rng):
    """Bytes cut off, doubled, replaced or put in."""
    data = bytearray(data)
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(data) + 1)
        match rng.randrange(4):
            case 0:
                del data[at : at + rng.randrange(20)]
            case 1:
                data[at:at] = rng.choice(NASTY)[:200].encode("utf-8", "surrogatepass")
            case 2:
                data[at : at + 3] = rng.randbytes(3)
            case _:
                data[at:at] = data[: rng.randrange(40)]
    return bytes(data)


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.fuzz", description=__doc__)
    parser.add_argument("--bodies", type=int, default=10_000, help="for each gateway")
    parser.add_argument("--histories", type=int, default=500)
    parser.add_argument("--orders", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="smscrm-fuzz-") as name:
        _set_up(Path(name))
        logging.disable(logging.CRITICAL)
        good = _histories(given) & _bodies(given)
    return 0 if good else 1


def _set_up(folder):
    """A database of its own, in memory: one process, and nothing to crash."""
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ["FENCE_FILE"] = str(folder / "instance.json")
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.GATEWAYS = credentials()
    call_command("migrate", verbosity=0)


def credentials():
    """Every gateway is there; nothing is ever sent to it."""
    nowhere = "http://127.0.0.1:9"
    return {
        "seven": {"api_key": "key-for-tests", "signing_secret": "", "base_url": nowhere},
        "d7": {"token": "key-for-tests", "base_url": nowhere},
        "smrtphone": {"token": "key-for-tests", "base_url": nowhere},
    }


def _histories(given):
    from tests.chaos import histories

    wrong = histories.play(given.histories, given.orders, given.seed)
    print(f"{given.histories} histories in {given.orders} orders: {len(wrong)} ended otherwise")
    print("\n".join(wrong[:10]))
    return not wrong


def _bodies(given):
    from django.test import Client

    client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
    good = True
    for gateway in GATEWAYS:
        statuses = strike(client, gateway, given.bodies, random.Random(given.seed))
        told = ", ".join(f"{n:,} × {status}" for status, n in sorted(statuses.items()))
        print(f"{gateway}: {told}", flush=True)
        good &= not any(status >= 500 for status in statuses)
    found = bugs()
    for (gateway, problem), n in found.items():
        print(f"{gateway}: {n} could not be applied: {problem or 'interrupted'}")
    return good and not found


if __name__ == "__main__":
    sys.exit(main())
