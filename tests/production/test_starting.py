"""On a server: what is set safely starts, and what is not says why in one sentence."""

import json

import pytest

pytestmark = pytest.mark.slow

#: What is wrong, and how the sentence begins that says so.
REFUSALS = [
    ({"SECRET_KEY": ""}, "SECRET_KEY is missing or too short"),
    ({"SECRET_KEY": "0123456789" * 4}, "SECRET_KEY is missing or too short"),
    ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY is missing or too short"),
    ({"SECRET_KEY": "django-insecure-" + "abcdefghij" * 5}, "SECRET_KEY is an example"),
    ({"WEBHOOK_TOKEN": "short"}, "WEBHOOK_TOKEN is too short"),
    ({"PUBLIC_URL": ""}, "PUBLIC_URL is not set"),
    ({"PUBLIC_URL": "", "ALLOWED_HOSTS": "crm.example"}, "PUBLIC_URL is not set"),
    ({"PUBLIC_URL": "http://crm.example"}, "PUBLIC_URL is 'http://crm.example'"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS is *"),
]
ADD_NUMBER = """
from messaging.models import Number
Number.objects.create(address="+12125550100", label="Office", gateway="simulator", active={})
"""
ADD_DEMO = """
from django.contrib.auth.models import User
User.objects.create_user("demo", password="demo")
"""
ADD_MIGRATION = """
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
MigrationRecorder(connection).record_applied("messaging", "9999_to_come")
"""
#: What refuses: scripts/ready.py runs before the web server, in `make run` and under systemd.
STARTS = [("scripts/ready.py",), ("manage.py", "qcluster"), ("manage.py", "outbox", "--once")]
ASK_LOGIN = """
import json
from django.test import Client
answer = Client(SERVER_NAME="crm.example").get("/login/", secure=True)
cookies = {name: {k: v for k, v in c.items() if v} for name, c in answer.cookies.items()}
print(json.dumps([answer.status_code, cookies, answer["Strict-Transport-Security"]]))
"""


def test_production_settings_pass_every_check_of_django_and_ours(run):
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(("changes", "words"), REFUSALS, ids=lambda value: str(value)[:40])
def test_an_unsafe_environment_is_refused_in_one_sentence(run, changes, words):
    done = run("manage.py", "qcluster", **changes)

    assert done.returncode == 1
    assert done.stderr.startswith(words)
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("changes", [{"SECRET_KEY": "0123456789" * 4}, {"PUBLIC_URL": ""}])
def test_demo_mode_on_ones_own_machine_is_not_so_strict(run, changes):
    assert run("manage.py", "check", DEMO="true", **changes).returncode == 0


@pytest.mark.parametrize("start", STARTS, ids=lambda words: words[-1])
def test_a_number_on_the_simulator_is_refused_outside_demo_mode(migrated, start):
    migrated("manage.py", "shell", "-v0", "-c", ADD_NUMBER.format(True))

    done = migrated(*start)

    assert done.returncode == 1
    assert done.stderr.startswith("Office (+1 212-555-0100) is carried by the simulator")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("start", STARTS, ids=lambda words: words[-1])
def test_an_older_version_does_not_start_on_the_database_of_a_newer_one(migrated, start):
    migrated("manage.py", "shell", "-v0", "-c", ADD_MIGRATION)

    done = migrated(*start)

    assert done.returncode == 1
    assert done.stderr.startswith("A newer version of smscrm has used this database (9999_to_come)")
    assert done.stderr.count("\n") == 1


def test_a_worker_without_its_redis_says_so(migrated):
    done = migrated("manage.py", "qcluster", REDIS_URL="redis://:hush@127.0.0.1:1/0")

    assert done.returncode == 1
    assert done.stderr.startswith("Redis does not answer, check REDIS_URL: ")
    assert done.stderr.count("\n") == 1
    assert "hush" not in done.stderr


def test_the_demo_account_is_refused_outside_demo_mode(migrated):
    migrated("manage.py", "shell", "-v0", "-c", ADD_DEMO)

    done = migrated("manage.py", "outbox", "--once")

    assert done.returncode == 1
    assert done.stderr == (
        "The account demo has the password demo: change it, or delete the account.\n"
    )


def test_the_web_server_itself_refuses_too(migrated):
    migrated("manage.py", "shell", "-v0", "-c", ADD_NUMBER.format(True))

    done = migrated("-c", "import smscrm.wsgi")

    assert done.returncode == 1
    assert "ImproperlyConfigured: Office (+1 212-555-0100) is carried by the sim" in done.stderr


def test_what_the_sentence_recommends_helps(migrated):
    migrated("manage.py", "shell", "-v0", "-c", ADD_NUMBER.format(True))

    moved = migrated("manage.py", "add_number", "+12125550100", "--gateway", "seven")
    started = migrated("manage.py", "outbox", "--once")

    assert (moved.returncode, started.returncode) == (0, 0), moved.stderr + started.stderr


def test_a_number_that_is_switched_off_is_no_obstacle(migrated):
    migrated("manage.py", "shell", "-v0", "-c", ADD_NUMBER.format(False))

    assert migrated("manage.py", "outbox", "--once").returncode == 0


def test_cookies_belong_to_this_host_alone_under_https(migrated):
    done = migrated(
        "manage.py",
        "shell",
        "-v0",
        "-c",
        ASK_LOGIN,
        DJANGO_SETTINGS_MODULE="tests.production.settings",
    )

    status, cookies, hsts = json.loads(done.stdout)
    assert status == 200
    assert cookies.keys() == {"__Host-csrf"}
    assert cookies["__Host-csrf"].keys() >= {"secure", "httponly", "path"}
    assert cookies["__Host-csrf"]["path"] == "/"
    assert "domain" not in cookies["__Host-csrf"]
    assert hsts.startswith("max-age=31536000")


BROWSE = """
from django.contrib.auth.models import User
from django.test import Client
from contacts.models import Contact
from messaging import queue
ada = Contact.objects.create(first_name="Ada")
browser = Client(SERVER_NAME="127.0.0.1")
browser.force_login(User.objects.create_user("alice"))
posted = browser.post(ada.get_absolute_url(), {"body": "Called her"}, follow=True)
queue.ring()
print(posted.status_code, "Called her" in posted.content.decode())
print(browser.post("/logout/", follow=True).status_code, browser.get("/contacts/").status_code)
"""


def test_pages_come_also_while_redis_is_away(migrated):
    away = {"REDIS_URL": "redis://127.0.0.1:1/0", "PUBLIC_URL": "http://127.0.0.1:8000"}

    done = migrated("manage.py", "shell", "-v0", "-c", BROWSE, DEBUG="true", **away)

    assert done.stdout.split() == ["200", "True", "200", "302"], done.stderr


def test_a_database_that_is_brought_up_to_date_tells_each_step(migrated):
    back = migrated("manage.py", "migrate", "-v0", "messaging", "0037")
    assert back.returncode == 0, back.stderr

    first, second = migrated("scripts/ready.py"), migrated("scripts/ready.py")

    assert "brought up to date in " in first.stdout
    assert "Applying messaging.0038_only_who_agreed" in first.stdout
    assert second.stdout == ""


@pytest.mark.parametrize(
    "words",
    [("check", "--database", "default"), ("unlock_sending",), ("outbox", "--once"), ("qcluster",)],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize("url", ["sqlite:////no/where", "postgres://u:hush@127.0.0.1:1/x"])
def test_a_database_that_cannot_be_used_is_told_without_a_traceback(run, words, url):
    done = run("manage.py", *words, DATABASE_URL=url)

    assert done.returncode == 1
    assert "The database cannot be used, check DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hush" not in done.stderr


def test_monitoring_is_told_as_json_that_the_database_cannot_be_used(run):
    done = run("manage.py", "health", DATABASE_URL="sqlite:////no/where")

    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["ok"] is False
    assert "unable to open" in told["database"]
    assert done.stderr == ""
