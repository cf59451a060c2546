"""`manage.py register_webhooks` against a real server in seven.io's place."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from messaging import wire
from tests.messaging.gateways.server import Server, answer

TOKEN = "test-webhook-token-0123456789abcdef"
OURS = f"https://crm.example/webhooks/seven/{TOKEN}/"
DONE = answer(200, {"success": True, "code": None, "id": 77})


@pytest.fixture
def seven(settings):
    server = Server()
    settings.PUBLIC_URL = "https://crm.example"
    settings.GATEWAYS = {
        "seven": {"api_key": "key-for-tests", "signing_secret": "", "base_url": server.url}
    }
    wire.forget()
    yield server
    if not server.stopped.is_set():
        server.stop()


def hook(event, **more):
    given = {"id": "410", "target_url": OURS, "event_type": event, "event_filter": None}
    return given | {"request_method": "JSON", "headers": "", "enabled": True} | more


def hooks(*known):
    return answer(200, {"success": True, "code": None, "hooks": list(known)})


def register(*options):
    said = StringIO()
    call_command("register_webhooks", *options, stdout=said)
    return said.getvalue().splitlines()


def test_both_events_are_registered_as_json_with_our_address(seven):
    seven.plays(hooks(), DONE)

    said = register()

    asked, first, second = seven.received
    assert (asked.method, asked.path, asked.headers["x-api-key"]) == (
        "GET",
        "/hooks",
        "key-for-tests",
    )
    assert first.form == {"target_url": OURS, "event_type": "sms_mo", "request_method": "JSON"}
    assert second.form == {"target_url": OURS, "event_type": "dlr", "request_method": "JSON"}
    assert said == ["Registered: texts that come in.", "Registered: delivery reports."]


def test_doing_it_again_registers_nothing(seven):
    seven.plays(hooks(hook("dlr"), hook("sms_mo")))

    said = register()

    assert len(seven.received) == 1
    assert said == [
        "Registered already: texts that come in.",
        "Registered already: delivery reports.",
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"request_method": "GET"},
        {"enabled": False},
        {"target_url": "https://crm.example/webhooks/seven/an-older-token/"},
    ],
)
def test_one_of_ours_that_is_not_what_we_want_is_named_and_replaced(other, seven):
    seven.plays(hooks(hook("dlr"), hook("sms_mo", id="9", **other)), DONE)

    said = register()

    assert [request.form["event_type"] for request in seven.received[1:]] == ["sms_mo"]
    assert said[-1].startswith("Also at seven.io, for an older address of ours: hook 9.")


def test_other_peoples_hooks_are_left_alone(seven):
    seven.plays(hooks(hook("dlr", target_url="https://shop.example/hook"), "odd", None), DONE)

    said = register()

    assert len(seven.received) == 3
    assert said == ["Registered: texts that come in.", "Registered: delivery reports."]


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (answer(200, "900"), "code 900, so SEVEN_API_KEY is wrong"),
        (answer(200, {"success": False, "error_message": "no such event"}), "no such event"),
        (answer(500, "oops"), r"refused \(HTTP 500\)"),
        (answer(200, "<html>"), "refused"),
        (answer(200, {"success": "true"}), "refused"),
    ],
)
def test_what_seven_refuses_is_said_in_one_sentence(act, why, seven):
    seven.plays(act)

    with pytest.raises(CommandError, match=why) as error:
        register()

    assert TOKEN not in str(error.value)
    assert "key-for-tests" not in str(error.value)


def test_a_refusal_that_quotes_our_address_does_not_show_the_token(seven):
    seven.plays(hooks(), answer(200, {"success": False, "error_message": f"bad url {OURS}"}))

    with pytest.raises(CommandError, match="bad url") as error:
        register()

    assert TOKEN not in str(error.value)


def test_when_it_does_not_answer_that_is_said(seven):
    seven.stop()

    with pytest.raises(CommandError, match=r"did not answer: The gateway could not be reached"):
        register()


def test_it_needs_https_or_force(seven, settings):
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    seven.plays(hooks(), DONE)

    with pytest.raises(CommandError, match="set it to the https:// address"):
        register()

    assert seven.received == []
    assert len(register("--force")) == 2


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [("WEBHOOK_TOKEN", "short", "WEBHOOK_TOKEN"), ("GATEWAYS", {"seven": {}}, "SEVEN_API_KEY")],
)
def test_what_is_missing_is_named(name, value, why, seven, settings):
    setattr(settings, name, value)

    with pytest.raises(CommandError, match=why):
        register()
