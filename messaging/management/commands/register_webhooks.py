"""`manage.py register_webhooks`: tells seven.io where to send texts and delivery reports."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from messaging import wire
from messaging.gateways.errors import GatewayError
from messaging.gateways.http import Answer, Http
from messaging.gateways.reading import clean, mapping, parse_json

EVENTS = {"sms_mo": "texts that come in", "dlr": "delivery reports"}


class Command(BaseCommand):
    help = (
        "Registers our webhooks at seven.io, as JSON; what is registered already stays. D7 and "
        "smrtPhone have no such call: docs/gateways.md says where to enter the address there."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="though PUBLIC_URL is not https")

    def handle(self, *args: Any, **options: Any) -> None:
        options_of_seven = settings.GATEWAYS["seven"]
        check(force=options["force"])
        http = Http(
            options_of_seven["base_url"],
            {"X-Api-Key": options_of_seven["api_key"]},
            plain={"Accept": "application/json"},
        )
        url = wire.webhook_url("seven")
        hooks = registered(http)
        for event, what in EVENTS.items():
            if any(is_same(hook, url, event) for hook in hooks):
                self.stdout.write(f"Registered already: {what}.")
            else:
                register(http, url, event)
                self.stdout.write(f"Registered: {what}.")
        if old := [clean(hook.get("id")) for hook in hooks if is_old(hook, url)]:
            self.stdout.write(
                f"Also at seven.io, for an older address of ours: hook {', '.join(old)}. Remove it "
                "there once nothing arrives by it any more."
            )


def check(*, force: bool) -> None:
    """Raises CommandError, in words that say what to do, unless all that is needed is set."""
    if "seven" not in wire.available():
        raise CommandError(wire.missing("seven"))
    if len(settings.WEBHOOK_TOKEN) < 32:
        raise CommandError("WEBHOOK_TOKEN is empty or shorter than 32: set it first.")
    if not settings.PUBLIC_URL.startswith("https://") and not force:
        raise CommandError(
            f"PUBLIC_URL is {settings.PUBLIC_URL}, which seven.io cannot reach or not safely: set "
            "it to the https:// address of this installation."
        )


def registered(http: Http) -> list[dict[str, Any]]:
    """The hooks the account has. Raises CommandError."""
    found = asked(lambda: http.get("/hooks")).get("hooks")
    return [dict(mapping(hook)) for hook in found] if isinstance(found, list) else []


def register(http: Http, url: str, event: str) -> None:
    """One more hook. Raises CommandError."""
    wanted = {"target_url": url, "event_type": event, "request_method": "JSON"}
    asked(lambda: http.post("/hooks", data=wanted, hide=[url]))


def is_same(hook: dict[str, Any], url: str, event: str) -> bool:
    """Whether this hook does what we want: its address, its event, as JSON, and switched on."""
    return (
        clean(hook.get("target_url")) == url
        and clean(hook.get("event_type")) == event
        and clean(hook.get("request_method")).upper() == "JSON"
        and hook.get("enabled") is not False
    )


def is_old(hook: dict[str, Any], url: str) -> bool:
    """One of ours with a token that is no longer the newest, or registered in another way."""
    theirs, event = clean(hook.get("target_url")), clean(hook.get("event_type"))
    ours = theirs.startswith(f"{settings.PUBLIC_URL}/webhooks/seven/")
    return ours and not is_same(hook, url, event)


def asked(call: Any) -> dict[str, Any]:
    """The answer of one call. Raises CommandError if it is a refusal, or cannot be read."""
    try:
        answer: Answer = call()
    except GatewayError as error:
        raise CommandError(f"seven.io did not answer: {error}") from None
    try:
        found = parse_json(answer.text)
    except ValueError:
        found = None
    if answer.ok and isinstance(found, dict) and found.get("success") is True:
        return found
    raise CommandError(f"seven.io refused (HTTP {answer.status}): {_words(found, answer)}")


def _words(found: Any, answer: Answer) -> str:
    said = clean(mapping(found).get("error_message"), 200) or clean(found, 200)
    if said in {"900", "901", "902", "903"}:
        return f"code {said}, so SEVEN_API_KEY is wrong, may not do this, or not from here."
    return said or json.dumps(answer.text[:200])
