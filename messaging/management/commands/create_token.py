"""`manage.py create_token alice --name "Warehouse" --scope send --days 90`"""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from messaging import tokens
from messaging.models import Scope

MOST_DAYS = 3_650


class Command(BaseCommand):
    help = "Makes an access token for the API. The last word printed is the token, shown this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="the user name of whoever it acts for")
        parser.add_argument("--name", default="Made on the command line", help="what uses it")
        parser.add_argument(
            "--scope",
            action="append",
            choices=Scope.values,
            help="what it may do; more than once for more, and everything without it",
        )
        parser.add_argument("--days", type=days, help="how long it lasts; for ever without it")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"Nobody here is called {options['user']}.")
        if not user.is_active:
            raise CommandError(f"{user.username} is deactivated: a token would open nothing.")
        lasts = options["days"]
        token, secret = tokens.issue(
            user,
            name=options["name"].strip()[:60] or "Unnamed",
            scopes=options["scope"] or Scope.values,
            expires_at=timezone.now() + timedelta(days=lasts) if lasts else None,
        )
        may = ", ".join(token.scopes)
        self.stdout.write(f"Token of {user.username} for {may}; keep it, it is not shown again:")
        self.stdout.write(secret)


def days(typed: str) -> int:
    """Raises ArgumentTypeError for what is no number of days."""
    if typed.isascii() and typed.isdigit() and 0 < int(typed[:6]) <= MOST_DAYS:
        return int(typed)
    raise ArgumentTypeError(f"“{typed}” is no number of days from 1 to {MOST_DAYS:,}")
