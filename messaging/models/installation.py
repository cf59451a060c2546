"""Which installation this database belongs to, and when it last proved to be alive."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Installation(models.Model):
    """
    One row. The same id, and an epoch that is never ahead of ours, stand in a file outside the
    database: a copy or a restored backup does not match it, and sends nothing.
    """

    instance_id = models.UUIDField(default=uuid.uuid4)
    epoch = models.PositiveBigIntegerField(default=0)  # seconds since 1970, moved by the sweep
    #: "08:00-21:00", "": always; NULL: nobody chose, so as TEXTING_HOURS says
    texting_hours = models.CharField(max_length=11, null=True)  # noqa: DJ001 (three cases)
    heartbeat_at = models.DateTimeField(null=True)  # the last time the queue ran a task

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(pk=1), name="installation_only_one"),
        ]

    def __str__(self) -> str:
        return str(self.instance_id)
