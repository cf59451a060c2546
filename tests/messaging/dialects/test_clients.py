"""The gateways' own published clients, unchanged: only the address is ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import direct7
import pytest
from django.core.cache import cache
from sms77api.classes.Hooks import HooksAction
from sms77api.classes.Journal import JournalType
from sms77api.Sms77api import Sms77api

from contacts.models import Member
from contacts.roles import Role
from messaging.models import Hook, Message, Number, Status

TO = "+12125550123"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def seven(live_server: Any, secret: str, number: Number) -> Sms77api:
    client = Sms77api(secret)
    client.baseUrl = f"{live_server.url}/api"
    return client


@pytest.fixture
def d7(live_server: Any, secret: str, number: Number) -> Iterator[direct7.Client]:
    client = direct7.Client(api_token=secret)
    client.host(live_server.url)
    yield client
    client.session.close()


@pytest.mark.usefixtures("gateways")
def test_sevens_client_texts_and_asks_what_became_of_it(seven: Sms77api) -> None:
    assert seven.sms(TO, "One", {}) == "100"
    told = seven.sms(TO, "Two", {"json": True, "label": "shop", "foreign_id": "order-7"})
    dry = seven.sms(TO, "Three", {"details": True, "return_msg_id": True, "debug": True})

    pk = told["messages"][0]["id"]
    assert [message.text for message in Message.objects.order_by("pk")] == ["One", "Two"]
    assert dry.splitlines()[:3] == ["100", "1234567890", "Verbucht: 0"]
    assert seven.status(pk).startswith("BUFFERED\n")
    assert seven.balance() == 1000.0


def test_sevens_client_reads_the_journal(seven: Sms77api) -> None:
    seven.sms(TO, "One", {})
    seven.sms("+12125550124", "Two", {})
    Message.objects.filter(text="Two").update(status=Status.CANCELLED)

    def journal(**asked: Any) -> list[str]:
        return [row["text"] for row in seven.journal(JournalType.OUTBOUND, asked)]

    today = datetime.now(UTC).date()
    assert journal() == ["Two", "One"]
    assert journal(to="12125550123") == journal(state="BUFFERED") == ["One"]
    assert journal(date_from=str(today - timedelta(days=1)), limit=1) == ["Two"]
    assert journal(date_to=str(today - timedelta(days=2))) == journal(to="x") == []
    assert seven.journal(JournalType.INBOUND, {}) == seven.journal(JournalType.REPLIES, {}) == []


def test_sevens_client_subscribes(seven: Sms77api) -> None:
    Member.objects.update(role=Role.ADMIN)
    asked = {"target_url": "https://93.184.216.34/in", "event_type": "sms_mo"}

    made = seven.hooks(HooksAction.SUBSCRIBE, asked)
    listed = seven.hooks(HooksAction.READ, {})
    gone = seven.hooks(HooksAction.UNSUBSCRIBE, {"id": made["id"]})

    assert [hook["id"] for hook in listed["hooks"]] == [str(made["id"])]
    assert gone == {"success": True}
    assert not Hook.objects.exists()


def test_d7s_client_texts_schedules_and_asks(d7: direct7.Client, number: Number) -> None:
    at = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    hi = {"recipients": [TO], "content": "Hi", "unicode": "False"}

    told = d7.sms.send_messages(hi, hi | {"content": "Ho"}, originator=number.address)
    d7.sms.send_messages(
        hi, originator=number.address, schedule_time=f"{at:%Y-%m-%dT%H:%M:%S+0000}", tag="x"
    )
    log = d7.sms.get_status(request_id=told["request_id"])

    assert [message.text for message in Message.objects.order_by("pk")] == ["Hi", "Ho", "Hi"]
    assert Message.objects.latest("pk").send_after == at
    assert [row["recipient"] for row in log["messages"]] == [TO, TO]


def test_d7s_client_understands_our_refusals(d7: direct7.Client) -> None:
    errors = direct7.errors
    with pytest.raises(errors.ValidationError):
        d7.sms.send_messages({"recipients": [], "content": "Hi"}, originator="")
    with pytest.raises(errors.BadRequest, match="INVALID_PHONE_NUMBER"):
        d7.sms.send_messages({"recipients": ["12"], "content": "Hi"}, originator="")
    with pytest.raises(errors.NotFoundError, match="MESSAGE_LOG_NOT_EXISTS"):
        d7.sms.get_status(request_id="d9835609-a4e0-10ea-a26a-eeafbe700fef")
    d7._api_token = "nobody"
    with pytest.raises(errors.AuthenticationError):
        d7.sms.get_status(request_id="x")
