"""Lower the restore fence."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from contacts import audit
from messaging import fence, queue
from messaging.models import Message, Status


class Command(BaseCommand):
    help = "Let this database send, after it was copied or restored from a backup."

    def handle(self, *args: Any, **options: Any) -> None:
        if not fence.is_locked():
            self.stdout.write("Sending is not locked.")
            return
        waiting = Message.objects.filter(status=Status.QUEUED).count()
        with audit.noting(audit.Action.UNLOCKED, by=None) as say:
            fence.unlock()
            say(f"On the command line; queued texts: {waiting}")
        queue.ring()
        self.stdout.write(f"Unlocked. Texts that are queued and will go out when due: {waiting}")
