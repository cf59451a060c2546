"""
A process with a database of its own, in which others are forked, die and are examined.

`python -m tests.messaging.reliability.host SCENARIO` prints what the scenario found as JSON. The
tests' own database will not do: on SQLite it lies in memory, where no second process sees it.
"""

import json
import os
import sys
import threading
import traceback
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from tests.chaos.gateway import Door, Gateway

SCENARIOS = ("crash_points", "caps", "stop_storm", "together", "frozen", "rings")


def main(name):
    if name not in SCENARIOS:
        raise LookupError(name)
    import django

    django.setup()
    scenario = import_module(f"tests.messaging.reliability.{name}")
    gateway = Gateway(os.environ["GATEWAY_LOG"], fates={})
    door = Door(int(os.environ["GATEWAY_PORT"]), gateway)
    threading.Thread(target=door.stay_open, daemon=True).start()
    sys.stdout.write(json.dumps(scenario.run(gateway)) + "\n")


def start(work, *args):
    """Fork, and do `work(*args)` there. Returns the process's id."""
    from django.db import connections

    connections.close_all()
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    try:
        work(*args)
        connections.close_all()
        os._exit(0)
    except BaseException:  # noqa: BLE001 (whatever it is, the parent must hear of it)
        traceback.print_exc()
        os._exit(1)


def wait(pid):
    """Its exit status; 9 is what a crash point leaves."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def clear():
    """The tables that scenarios write, as after `migrate`."""
    from django.db import transaction
    from django_q.models import OrmQ

    from contacts.models import Comment, Contact
    from messaging import models

    written = (
        *(models.Track, Comment, models.Conversation, models.Attempt, models.Message),
        *(models.ConsentEvent, models.Recipient, models.Event, models.GatewayState),
        *(models.DailyUse, models.Number, Contact, OrmQ),
    )
    with transaction.atomic():
        for model in written:
            model.objects.all().delete()


def number(**more):
    from messaging.models import Number

    return Number.objects.create(
        address="+12125550101", label="Sales", gateway="seven", is_default=True, **more
    )


def text(words, phone="+12125550123"):
    from messaging import outbox
    from messaging.models import Number, Origin

    return outbox.enqueue(text=words, phone=phone, number=Number.objects.get(), origin=Origin.API)


def texts(count, people):
    """So many queued texts to so many phones: quicker than one `enqueue` each."""
    from messaging import queue
    from messaging.models import Message, Number, Recipient

    phones = [f"+447700900{n:03}" for n in range(people)]
    Recipient.objects.bulk_create(
        [Recipient(phone=phone) for phone in phones], ignore_conflicts=True
    )
    ours = Number.objects.get()
    Message.objects.bulk_create(
        Message(
            direction="outbound",
            status="queued",
            origin="api",
            number=ours,
            gateway=ours.gateway,
            phone=phones[n % people],
            text=f"Text {n}",
            encoding="GSM-7",
            segments=1,
        )
        for n in range(count)
    )
    queue.ring()


def webhook(data, event):
    """What seven posts, through the door that it uses. Returns the status of the answer."""
    from django.conf import settings
    from django.test import Client

    address = f"/webhooks/seven/{settings.WEBHOOK_TOKEN}/"
    body = {"webhook_event": event, "data": data}
    return (
        Client(SERVER_NAME="127.0.0.1")
        .post(address, body, content_type="application/json")
        .status_code
    )


def report(url, form):
    """What D7 posts about a text, to the address it was given."""
    from django.test import Client

    parts = urlsplit(url)
    kind = "application/x-www-form-urlencoded"
    client = Client(SERVER_NAME="127.0.0.1")
    client.post(f"{parts.path}?{parts.query}", form, content_type=kind)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    main(sys.argv[1])
