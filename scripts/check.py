"""`make check`: what can be said about the code without running it. All of it, always."""

import os
import secrets
import subprocess
import sys

from prepare import BIN, ROOT, prepare

# As on a server; whatever .env says here does not matter.
PRODUCTION = {
    "DEMO": "false",
    "DEBUG": "false",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "WEBHOOK_TOKEN": secrets.token_urlsafe(32),
    "ALLOWED_HOSTS": "crm.example",
    "PUBLIC_URL": "https://crm.example",
    "DATABASE_URL": "sqlite://:memory:",
    "REDIS_URL": "",
    "DJANGO_SETTINGS_MODULE": "smscrm.settings",
}
PYTHON = str(BIN / "python")
CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "architecture": ["lint-imports"],
    "settings": [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "templates": ["djlint", "templates", "--lint", "--quiet"],
}


def main() -> int:
    prepare("requirements-dev.txt")
    failed = [name for name, command in CHECKS.items() if not passes(name, command)]
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def passes(name: str, command: list[str]) -> bool:
    print(f"── {name}", flush=True)
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **PRODUCTION, "PATH": path}
    return not subprocess.run(command, cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
