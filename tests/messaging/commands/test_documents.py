"""What can be set and run is written down."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from messaging.gateways import ADAPTERS
from messaging.wire import TITLES

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text()
SETTINGS = "".join(
    (ROOT / "smscrm" / name).read_text() for name in ("settings.py", "environment.py")
)
READ = re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', SETTINGS)
OURS = [name for name, app in get_commands().items() if app in {"contacts", "messaging"}]


@pytest.mark.parametrize("variable", sorted(READ))
def test_every_variable_stands_in_the_readme_and_in_the_example(variable):
    assert f"| `{variable}` |" in README
    assert re.search(rf"^#?{variable}=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_every_variable_that_is_written_down_is_read():
    table = README.partition("## Configuration")[2].partition("## Production")[0]
    example = (ROOT / ".env.example").read_text()

    assert set(re.findall(r"^\| `([A-Z0-9_]+)` \|", table, re.MULTILINE)) == set(READ)
    assert set(re.findall(r"^#?([A-Z0-9_]+)=", example, re.MULTILINE)) == set(READ)


@pytest.mark.parametrize("command", sorted(OURS))
def test_every_command_stands_in_the_readme(command):
    assert f"| `{command}" in README


@pytest.mark.parametrize("gateway", sorted(set(ADAPTERS) - {"simulator"}))
def test_every_gateways_webhook_address_stands_in_the_readme(gateway):
    assert f"/webhooks/{gateway}/TOKEN/" in README
    assert TITLES[gateway] in README


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_documents_name_only_modules_that_exist(document):
    named = re.findall(r"`((?:scripts|docs|tests)/[\w/.-]+)`", (ROOT / document).read_text())

    assert all((ROOT / path).exists() for path in named), named


def test_the_architecture_names_only_modules_that_exist():
    text = (ROOT / "docs" / "architecture.md").read_text()

    named = re.findall(r"`((?:contacts|messaging|smscrm|outbox)/[\w/]+\.py)`", text)

    assert named
    for path in named:
        assert (ROOT / path).exists() or (ROOT / "messaging" / path).exists(), path
