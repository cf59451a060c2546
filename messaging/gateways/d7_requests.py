"""
What D7 gets (https://d7networks.com/docs, Messages, read 2026-11-22): one text, or many with one
sender. Those with the same words share an item and its `recipients`; others have their own.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from messaging.gateways.base import Outgoing
from messaging.gateways.reading import clean


def body(texts: Sequence[Outgoing], reference: str, report_url: str) -> dict[str, Any]:
    """The request for texts that are `alike`. reference: the text's own, or the batch's."""
    common = {"originator": texts[0].sender, "tag": reference}
    if report_url:
        common["report_url"] = report_url
    if texts[0].send_at:
        common["schedule_time"] = _minute(texts[0].send_at)
    messages = [_item([texts[place] for place in places]) for places in items(texts)]
    return {"messages": messages, "message_globals": common}


def items(texts: Sequence[Outgoing]) -> list[list[int]]:
    """For each item of the request the places of its recipients in `texts`."""
    alike: dict[tuple[str, str], list[int]] = {}
    for place, outgoing in enumerate(texts):
        alike.setdefault((outgoing.text, outgoing.encoding), []).append(place)
    return list(alike.values())


def _item(texts: Sequence[Outgoing]) -> dict[str, Any]:
    return {
        "channel": "sms",
        "recipients": [outgoing.to for outgoing in texts],
        "content": clean(texts[0].text),
        "msg_type": "text",
        "data_coding": "text" if texts[0].encoding == "GSM-7" else "unicode",
    }


def _minute(moment: datetime) -> str:
    """To the minute, and never early."""
    later = moment + timedelta(seconds=59, microseconds=999_999)
    return later.astimezone(UTC).isoformat(timespec="minutes")
