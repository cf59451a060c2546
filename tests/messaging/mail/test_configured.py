"""What is set up half says so, in a sentence, before the first mail comes."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from messaging.checks import check_mail
from messaging.mail import configured


def problems(settings: Any, **given: str) -> str:
    for name, value in given.items():
        setattr(settings, name, value)
    return " ".join(str(found.msg) for found in check_mail())


def test_what_is_whole_has_no_problem(settings: Any) -> None:
    assert problems(settings) == ""
    assert problems(settings, MAIL_LMTP="127.0.0.1:8024", MAIL_IMAP_URL="imaps://a:b@mx/IN") == ""
    assert problems(settings, MAIL_LMTP="[::1]:8024") == ""


def test_off_is_no_problem(settings: Any) -> None:
    assert problems(settings, MAIL_DOMAIN="", MAIL_AUTHSERV_ID="", EMAIL_URL="") == ""


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"MAIL_DOMAIN": "", "MAIL_LMTP": "127.0.0.1:8024"}, "MAIL_DOMAIN is empty"),
        ({"MAIL_DOMAIN": "sms example.com"}, "MAIL_DOMAIN is no domain"),
        ({"MAIL_AUTHSERV_ID": ""}, "nobody vouches"),
        ({"EMAIL_URL": ""}, "EMAIL_URL is empty"),
        ({"MAIL_LMTP": "0.0.0.0:8024"}, "loopback"),
        ({"MAIL_LMTP": "mail.example.com:8024"}, "loopback"),
        ({"MAIL_LMTP": "127.0.0.1"}, "with a port"),
        ({"MAIL_LMTP": "127.0.0.1:99999"}, "with a port"),
        ({"MAIL_IMAP_URL": "https://a:b@mx.example.com/"}, "imaps://user"),
        ({"MAIL_IMAP_URL": "imaps://mx.example.com/"}, "imaps://user"),
        ({"MAIL_IMAP_URL": "imaps://a:b@mx.example.com:x/"}, "imaps://user"),
        ({"MAIL_IMAP_URL": "imap://a:b@mx.example.com/"}, "begins with imaps://"),
    ],
)
def test_each_thing_to_mend_has_a_sentence(
    given: dict[str, str], sentence: str, settings: Any
) -> None:
    assert sentence in problems(settings, **given)


def test_what_stands_in_the_url_is_decoded(settings: Any) -> None:
    settings.MAIL_IMAP_URL = "imaps://crm%40example.com:p%2F%C3%A9@mx.example.com/Texts%20in"

    box = configured.mailbox()

    assert box
    assert (box.user, box.password, box.folder) == ("crm@example.com", "p/é", "Texts in")
    assert (box.host, box.port, box.secure) == ("mx.example.com", 993, True)


@pytest.mark.django_db
def test_the_command_says_what_is_missing(settings: Any) -> None:
    with pytest.raises(CommandError, match="Nothing to do"):
        call_command("mail_gateway")
    settings.MAIL_LMTP = "127.0.0.1:8024"
    with pytest.raises(CommandError, match="--once reads a mailbox"):
        call_command("mail_gateway", "--once")
    settings.MAIL_AUTHSERV_ID = ""
    with pytest.raises(CommandError, match="nobody vouches"):
        call_command("mail_gateway")
