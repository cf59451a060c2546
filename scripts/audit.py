"""
`make audit`: whether a weakness is known in a version we pin. Ends with 1 if one is, and with 2 if
that could not be asked of all packages. In CI (CI=true) only a known weakness is a failure: a
machine without the network must not stop a change.
"""

import json
import os
import subprocess
import sys
from typing import Any

from prepare import ROOT, VAR

AUDITOR = "pip-audit==2.10.1"  # in a place of its own: what it brings along is nothing of ours
PLACE = VAR / "audit"
LONGEST = 300  # seconds
ASK = ("--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json")


def main() -> int:
    asked = answer()
    weak, unknown = told(asked) if asked else ([], [])
    for line in weak:
        print(line)
    if weak:
        return 1
    if asked and not unknown:
        print(f"No weakness is known in any of {len(asked)}.")
        return 0
    why = f"of {few(unknown)}" if unknown else "at all: connect this machine to the network"
    print(f"Whether a weakness is known could not be asked {why}.", file=sys.stderr)
    return 0 if os.environ.get("CI") == "true" else 2


def answer() -> list[dict[str, Any]]:
    """Of each package what pip-audit says; nothing if it cannot be asked."""
    python = PLACE / "bin" / "python"
    try:
        if not python.is_file():
            run(sys.executable, "-m", "venv", "--clear", str(PLACE))
        run(str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install", AUDITOR)
        said = run(str(python), "-m", "pip_audit", *ASK, "-r", str(ROOT / "requirements.txt"))
        found: list[dict[str, Any]] = json.loads(said)["dependencies"]
    except (subprocess.SubprocessError, ValueError):
        return []
    return found


def run(*words: str) -> str:
    """Its output. Raises SubprocessError; but pip-audit ends with 1 where it found something."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=LONGEST)
    if done.returncode and "dependencies" not in done.stdout:
        print(*done.stderr.splitlines()[-1:], file=sys.stderr)
        done.check_returncode()
    return done.stdout


def few(names: list[str]) -> str:
    rest = len(names) - 5
    return ", ".join(names[:5]) + (f" and {rest} others" if rest > 0 else "")


def told(asked: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """A line for each weakness; and which packages the service knows nothing of."""
    weak = [
        f"{one['name']} {one['version']}: {flaw['id']},"
        f" mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for one in asked
        for flaw in one.get("vulns", [])
    ]
    return weak, [one["name"] for one in asked if "skip_reason" in one]


if __name__ == "__main__":
    sys.exit(main())
