"""What a request to D7's send says, checked, before anything is done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from messaging.hooks import address

MOST_TEXTS = 100
LATEST = timedelta(days=365)
CODINGS = {"", "text", "unicode", "auto"}  # how it is written is measured here all the same


class Wrong(Exception):
    """where: the path to the field; type: pydantic's word for it, as D7 gives it."""

    def __init__(self, where: list[str | int], sentence: str, kind: str = "value_error") -> None:
        super().__init__(sentence)
        self.where, self.type = where, kind


@dataclass(frozen=True, slots=True)
class Text:
    """One recipient of one message; originator and report_url are empty where none is said."""

    to: str
    content: str
    originator: str
    report_url: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    texts: list[Text]
    send_after: datetime | None


def read(given: Any) -> Body:
    """What a message says itself counts before message_globals. Raises Wrong."""
    if not isinstance(given, dict):
        raise Wrong([], "value is not a valid dict", "type_error.dict")
    common = given.get("message_globals") or {}
    if not isinstance(common, dict):
        raise Wrong(["message_globals"], "value is not a valid dict", "type_error.dict")
    messages = _list(given, "messages", [])
    texts = [text for n, one in enumerate(messages) for text in _texts(one, common, n)]
    if len(texts) > MOST_TEXTS:
        raise Wrong(["messages"], f"at most {MOST_TEXTS} recipients in one request")
    for url in {text.report_url for text in texts if text.report_url}:
        _check_report_url(url)
    return Body(texts, _send_after(common))


def _check_report_url(url: str) -> None:
    """A name that is not known just now is no reason not to text. Raises Wrong."""
    try:
        address.check(url, allow_private=settings.WEBHOOK_ALLOW_PRIVATE)
    except address.Unknown:
        return
    except address.AddressRefused as refused:
        raise Wrong(["message_globals", "report_url"], str(refused)) from refused


def _texts(one: Any, common: dict[str, Any], n: int) -> list[Text]:
    where: list[str | int] = ["messages", n]
    if not isinstance(one, dict):
        raise Wrong(where, "value is not a valid dict", "type_error.dict")
    said = common | {name: value for name, value in one.items() if value is not None}
    if _word(said, "channel", where) not in {"", "sms"}:
        raise Wrong([*where, "channel"], "only sms is carried here")
    if _word(said, "msg_type", where) not in {"", "text"}:
        raise Wrong([*where, "msg_type"], "only text is carried here")
    if _word(said, "data_coding", where) not in CODINGS:
        raise Wrong([*where, "data_coding"], "one of text, unicode, auto", "value_error.const")
    content = _word(said, "content", where)
    if not content.strip():
        raise Wrong([*where, "content"], "field required", "value_error.missing")
    originator = _word(said, "originator", where)
    recipients = _list(one, "recipients", where)
    if not all(isinstance(to, str) for to in recipients):
        raise Wrong([*where, "recipients"], "str type expected", "type_error.str")
    report_url = _word(said, "report_url", where)
    return [Text(to, content, originator, report_url) for to in recipients]


def _list(given: dict[str, Any], name: str, where: list[str | int]) -> list[Any]:
    found = given.get(name)
    if not found:
        raise Wrong([*where, name], "field required", "value_error.missing")
    if not isinstance(found, list):
        raise Wrong([*where, name], "value is not a valid list", "type_error.list")
    return found


def _word(given: dict[str, Any], name: str, where: list[str | int]) -> str:
    found = given.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise Wrong([*where, name], "str type expected", "type_error.str")
    return found


def _send_after(common: dict[str, Any]) -> datetime | None:
    """
    `2021-08-05T12:52+05:30`, `2024-02-05T09:48:42+0000`, or without an offset, which then stands
    in schedule_utc_offset or is UTC. The past is refused: nobody means it.
    """
    where: list[str | int] = ["message_globals"]
    typed = _word(common, "schedule_time", where)
    if not typed:
        return None
    offset = _word(common, "schedule_utc_offset", where)
    try:
        at = datetime.fromisoformat(typed)
        if at.tzinfo is None:
            at = datetime.fromisoformat(f"{at.isoformat()}{offset}")
        at = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        sentence = "invalid datetime format"
        raise Wrong([*where, "schedule_time"], sentence, "value_error.datetime") from error
    if not timezone.now() < at < timezone.now() + LATEST:
        raise Wrong([*where, "schedule_time"], "has to be within the next 365 days")
    return at
