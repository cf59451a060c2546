"""`manage.py check` looks into the database too: a number that cannot send is a matter of both."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import check


class Command(check.Command):
    def handle(self, *app_labels: Any, **options: Any) -> None:
        options["databases"] = options["databases"] or ["default"]
        super().handle(*app_labels, **options)
