"""`manage.py add_number +12125550100 --gateway seven --label Sales --default`"""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from messaging import wire
from messaging.gateways import ADAPTERS
from messaging.models import Number
from messaging.models.number import GATEWAY_DAILY_LIMIT


class Command(BaseCommand):
    help = "Adds a number to send from, or changes it: what is not named stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="like +12125550100, or a one-way name like Larkmoor")
        parser.add_argument("--gateway", help=f"who carries it: {', '.join(ADAPTERS)}")
        parser.add_argument("--label", help="what people call it; at first, the address")
        parser.add_argument(
            "--default", action="store_true", help="send from it where nothing else is chosen"
        )
        parser.add_argument(
            "--daily-limit", type=limit, metavar="N", help="texts a day, or “none” for no limit"
        )
        parser.add_argument("--time-zone", help="where its day begins, like Europe/Berlin")
        switch = parser.add_mutually_exclusive_group()
        switch.add_argument("--inactive", action="store_false", dest="active", default=None)
        switch.add_argument("--active", action="store_true", default=None)

    def handle(self, *, address: str, **options: Any) -> None:
        address = tidy(address)
        with transaction.atomic():
            number = Number.objects.select_for_update().filter(address=address).first()
            is_new = number is None
            number = change(number or Number(address=address, label=address[:40]), options)
            save(number, make_default=options["default"])
        self.stdout.write(f"{'Added' if is_new else 'Changed'}: {number}{described(number)}.")
        if number.gateway not in wire.available():
            self.stderr.write(self.style.WARNING(wire.missing(number.gateway)))


def limit(typed: str) -> int:
    """Texts a day; 0 stands for none. Raises ArgumentTypeError."""
    if typed.casefold() == "none":
        return 0
    if not (typed.isascii() and typed.isdigit() and 0 < int(typed[:10]) < 2**31):
        raise ArgumentTypeError(f"“{typed}” is no number of texts: give 200, say, or none")
    return int(typed)


def tidy(address: str) -> str:
    """+1 (212) 555-0100 as +12125550100; a sender name as it is."""
    address = address.strip()
    return re.sub(r"[\s().-]", "", address) if address.startswith("+") else address


def change(number: Number, options: dict[str, Any]) -> Number:
    """The number with what was asked for, not saved. Raises CommandError."""
    if options["gateway"]:
        move(number, options["gateway"])
    if not number.gateway:
        raise CommandError(f"Say who carries it: --gateway {', '.join(ADAPTERS)}.")
    for name in ("label", "time_zone", "active"):
        if options[name] is not None:
            setattr(number, name, options[name])
    if options["daily_limit"] is not None:
        number.daily_limit = options["daily_limit"] or None
    number.is_default = number.is_default or options["default"]
    if number.is_default and not number.active:
        raise CommandError("The default number cannot be inactive: make another the default first.")
    return number


def move(number: Number, gateway: str) -> None:
    """To this gateway, with the limit its rules set where the number has none."""
    if gateway not in ADAPTERS:
        known = ", ".join(ADAPTERS)
        raise CommandError(f"There is no gateway called “{gateway}”: choose from {known}.")
    if gateway == "simulator" and gateway not in wire.available():  # or nothing starts any more
        raise CommandError(wire.missing(gateway))
    number.gateway = gateway
    if number.daily_limit is None:
        number.daily_limit = GATEWAY_DAILY_LIMIT.get(gateway)


def save(number: Number, *, make_default: bool) -> None:
    """Check and store; make_default takes that from whoever had it. Raises CommandError."""
    if make_default:
        others = Number.objects.select_for_update().filter(is_default=True)
        others.exclude(pk=number.pk).update(is_default=False)
    try:
        number.full_clean()
    except ValidationError as error:
        problems = error.message_dict.items()
        said = [f"{name}: {words}" for name, all_words in problems for words in all_words]
        raise CommandError(" ".join(said)) from error
    number.save()


def described(number: Number) -> str:
    """What else there is to know about it."""
    facts = [wire.TITLES.get(number.gateway, number.gateway)]
    if number.daily_limit is not None:
        facts.append(f"at most {number.daily_limit} texts a day")
    if number.is_default:
        facts.append("the default")
    if not number.active:
        facts.append("switched off")
    return ", " + ", ".join(facts)
