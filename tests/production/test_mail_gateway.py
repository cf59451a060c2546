"""The program beside a mail server: takes mails until it is asked to stop."""

import contextlib
import signal
import smtplib
import socket
import sqlite3
import subprocess
import sys

import pytest

from tests.chaos.stacks import free_port
from tests.messaging.mail.mails import mail
from tests.production.conftest import DATABASE, ROOT

PEOPLE = """
from django.contrib.auth.models import User
from contacts.models import Member
from messaging.models import Number
user = User.objects.create_user("alice", email="alice@example.com")
Member.objects.create(user=user, role="agent")
Number.objects.create(address="+12125550100", label="Office", gateway="simulator", is_default=True)
"""


@pytest.fixture
def mails(server):
    return {
        "DEMO": "true",
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "EMAIL_URL": "dummymail://",
        "MAIL_DOMAIN": "sms.example.com",
        "MAIL_AUTHSERV_ID": "mx.example.com",
        "MAIL_LMTP": f"127.0.0.1:{free_port()}",
    }


def test_a_mail_server_hands_over_a_mail_and_it_is_queued(migrated, server, mails, tmp_path):
    assert migrated("manage.py", "shell", "-c", PEOPLE, **mails).returncode == 0
    words = [sys.executable, "manage.py", "mail_gateway"]
    with subprocess.Popen(
        words, cwd=ROOT, env=server | mails, stdout=subprocess.PIPE, text=True
    ) as program:
        try:
            assert program.stdout.readline() == f"Listening at {mails['MAIL_LMTP']}.\n"
            with smtplib.LMTP(*mails["MAIL_LMTP"].split(":")) as client:
                client.sendmail("alice@example.com", ["12125550123@sms.example.com"], mail())
        finally:
            program.send_signal(signal.SIGTERM)
        assert program.wait(30) == 0

    with contextlib.closing(sqlite3.connect(tmp_path / DATABASE)) as database:
        rows = database.execute("SELECT text, phone, status, origin FROM messaging_message")
        assert rows.fetchall() == [("See you at six", "+12125550123", "queued", "mail")]


def test_a_taken_port_ends_it_with_a_sentence(migrated, mails):
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(mails["MAIL_LMTP"].rpartition(":")[2])))
        other.listen()
        ended = migrated("manage.py", "mail_gateway", **mails)

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"CommandError: Cannot listen at {mails['MAIL_LMTP']}: ")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"MAIL_AUTHSERV_ID": ""}, "MAIL_AUTHSERV_ID is empty"),
        ({"MAIL_LMTP": "0.0.0.0:8024"}, "loopback"),
    ],
)
def test_what_is_set_up_half_is_told_by_check(run, mails, change, sentence):
    checked = run("manage.py", "check", **mails | change)

    assert checked.returncode == 1
    assert sentence in checked.stderr
