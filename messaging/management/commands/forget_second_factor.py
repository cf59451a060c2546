"""`manage.py forget_second_factor USER`: for who lost the phone and all recovery codes."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from messaging.signing_in import second_factor, sessions


class Command(BaseCommand):
    help = "Let somebody who lost their authenticator in by the password alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="the name they sign in with")

    def handle(self, *, user: str, **options: Any) -> None:
        person = User.objects.filter(username=user).first()
        if person is None:
            raise CommandError(f"There is no user “{user}”.")
        second_factor.forget(person)
        sessions.end_all(person)
        self.stdout.write(f"{user} signs in by the password alone, until a new one is set up.")
