"""What is set wrongly is named in one sentence; what is set to nothing has its default."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from smscrm.environment import checked_hosts, checked_public_url, checked_webhook_token
from smscrm.variables import Variables

SETTINGS = Path(__file__).resolve().parents[2] / "smscrm" / "settings.py"
WRONG = [
    ("PORT", "abc"),
    ("PORT", "70000"),
    ("DEMO", "maybe"),
    ("UNDO_SECONDS", "-3"),
    ("SESSION_DAYS", "0"),
    ("RECONCILE_MINUTES", "0"),
    ("KEEP_EVENTS_DAYS", "30 days"),
    ("BROADCAST_RATE", "nan"),
    ("BROADCAST_RATE", "2 a second"),
    ("TIME_ZONE", "Europe/Atlantis"),
    ("DEFAULT_REGION", "Germany"),
    ("ALLOWED_COUNTRIES", "US,USA"),
    ("DATABASE_URL", "mysql://u:hush@localhost/x"),
    ("DATABASE_URL", "postgres://u:hush/a@localhost/x"),
    ("DATABASE_URL", "hush"),
    ("REDIS_URL", "hush:6379"),
    ("REDIS_URL", "redis://localhost:hush"),
    ("EMAIL_URL", "hush.example.com"),
    ("EMAIL_URL", "smtp+tls://u:hush#x@host:587"),
    ("SEVEN_BATCH", "1000"),
    ("SEVEN_BASE_URL", "gateway.seven.io"),
    ("D7_VIBER_LABEL", "ADS"),
    ("SEVEN_API_KEY", "hush hush"),
    ("D7_API_TOKEN", "hush…"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_told_in_one_sentence_that_names_it_and_no_secret(run, name, value):
    done = run("manage.py", "check", **{name: value})

    assert done.returncode == 1
    assert done.stderr.startswith(f"{name} ")
    assert done.stderr.count("\n") == 1
    assert "hush" not in done.stderr


@pytest.mark.slow
def test_what_is_set_to_nothing_has_its_default(run, tmp_path):
    numbers = dict.fromkeys(("PORT", "UNDO_SECONDS", "BROADCAST_RATE", "TIME_ZONE", "DEBUG"), "")
    ask = "from django.conf import settings as s; print(s.PORT, s.BROADCAST_RATE, s.TIME_ZONE)"

    done = run("manage.py", "shell", "-v0", "-c", ask, **numbers)

    assert done.stdout.split() == ["8000", "5.0", "UTC"]


@pytest.mark.parametrize(
    "url",
    ["https://crm.example/crm", "https://crm.example:99999", "https://[", "https://a@crm.example"],
)
def test_a_public_address_is_a_scheme_and_a_host(url):
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL is"):
        checked_public_url(url, default="")


def test_the_token_of_webhooks_can_stand_in_an_address():
    with pytest.raises(ImproperlyConfigured, match="WEBHOOK_TOKEN stands in addresses"):
        checked_webhook_token("0123456789abcdef/0123456789abcdef", demo=False)


@pytest.mark.parametrize("host", ["https://crm.example", "crm.example:8000", "crm.example/"])
def test_hosts_are_names(host):
    with pytest.raises(ImproperlyConfigured, match="ALLOWED_HOSTS names"):
        checked_hosts([host], demo=False)


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Reads a .env with these lines; returns the variables, and leaves none behind."""
    monkeypatch.setattr("environ.Env.ENVIRON", {})

    def reads(*lines):
        path = tmp_path / ".env"
        path.write_text("\n".join(lines))
        Variables().read(path)
        return Variables()

    return reads


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("KEY=abc", "abc"),
        ("KEY=abc      # how to make one", "abc"),
        ("KEY=      # nothing yet", ""),
        ("KEY=a#b", "a#b"),
        ("KEY='a # b'   # quoted", "a # b"),
        ('KEY="a # b"', "a # b"),
        ("export KEY=$abc", "$abc"),
        ("  KEY=abc  ", "abc"),
    ],
)
def test_a_comment_behind_a_value_is_not_part_of_it(read, line, value):
    assert read("# first", "", line).text("KEY") == value


def test_a_line_that_sets_nothing_is_named_by_its_number_without_its_words(read):
    with pytest.raises(ImproperlyConfigured, match=r"^Line 2 of \.env is not NAME=value") as told:
        read("DEMO=false", "SECRET_KEY = hush")

    assert "hush" not in str(told.value)


def test_a_file_that_cannot_be_read_is_no_missing_file(tmp_path):
    path = tmp_path / ".env"
    path.write_bytes(b"\xff\xfe\xff")

    with pytest.raises(ImproperlyConfigured, match=r"\.env cannot be read"):
        Variables().read(path)
