"""`make audit` and what CI makes of it: beside a pip-audit that says what a test wants."""

import importlib
import json
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"

FINE = {"name": "django", "version": "5.2.19", "vulns": []}
WEAK = {
    "name": "idna",
    "version": "3.20",
    "vulns": [{"id": "CVE-2026-0001", "fix_versions": ["3.21", "4.0"]}],
}
UNKNOWN = {"name": "brotli", "skip_reason": "not found"}


@pytest.fixture
def audit(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    module = importlib.import_module("audit")
    monkeypatch.setattr(module, "PLACE", tmp_path)
    monkeypatch.delenv("CI", raising=False)
    return module


@pytest.fixture
def says(tmp_path):
    """A program in the place of pip-audit's Python: what it prints, and how it ends."""

    def says(*packages, ends=0):
        program = tmp_path / "bin" / "python"
        program.parent.mkdir()
        words = json.dumps({"dependencies": packages}) if packages else ""
        program.write_text(
            f"#!{sys.executable}\nimport sys\nif 'pip_audit' in sys.argv:\n"
            f"    print({words!r})\n    sys.exit({ends})\n"
        )
        program.chmod(0o755)

    return says


def test_nothing_known_is_well(audit, says, capsys):
    says(FINE)

    assert audit.main() == 0
    assert capsys.readouterr().out == "No weakness is known in any of 1.\n"


@pytest.mark.parametrize("ci", ["", "true"])
def test_a_known_weakness_fails_here_and_in_ci(audit, says, capsys, monkeypatch, ci):
    says(FINE, WEAK, UNKNOWN, ends=1)
    monkeypatch.setenv("CI", ci)

    assert audit.main() == 1
    assert "idna 3.20: CVE-2026-0001, mended in 3.21, 4.0" in capsys.readouterr().out


@pytest.mark.parametrize(("ci", "end"), [("", 2), ("true", 0)])
def test_what_could_not_be_asked_is_said_and_stops_only_people(
    audit, says, capsys, monkeypatch, ci, end
):
    says(FINE, UNKNOWN)
    monkeypatch.setenv("CI", ci)

    assert audit.main() == end
    assert "could not be asked of brotli" in capsys.readouterr().err


@pytest.mark.parametrize(("ci", "end"), [("", 2), ("true", 0)])
def test_without_a_network_it_ends_in_one_sentence(audit, says, capsys, monkeypatch, ci, end):
    says(ends=1)
    monkeypatch.setenv("CI", ci)

    assert audit.main() == end
    assert "connect this machine to the network" in capsys.readouterr().err
