"""
Reads environment variables. What is set to something that cannot be meant ends the program with one
sentence that names the variable; what is set to nothing has its default.
"""

import io
import math
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured
from environ import Env
from phonenumbers import SUPPORTED_REGIONS

YES, NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
REDIS = {"redis", "rediss", "unix"}
DATABASES = {"sqlite", "postgres", "postgresql", "psql", "pgsql"}


class Variables:
    """Each reader takes a name, and raises ImproperlyConfigured."""

    def read(self, file: Path) -> None:
        """What the file says and the environment does not. NAME=value, and # begins a comment."""
        if not file.is_file():
            return
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, ValueError) as error:
            raise ImproperlyConfigured(f"{file} cannot be read: {error}.") from None
        Env.read_env(io.StringIO("\n".join(map(assignment, range(1, len(lines) + 1), lines))))

    def text(self, name: str, *, default: str = "") -> str:
        """As it stands: a password may begin with a dollar."""
        return str(Env.ENVIRON.get(name, default))

    def words(self, name: str) -> list[str]:
        """What stands between commas."""
        return [word.strip() for word in self.text(name).split(",") if word.strip()]

    def yes(self, name: str, *, default: bool) -> bool:
        typed = self.text(name).strip().lower()
        if typed and typed not in YES | NO:
            raise wrong(name, typed, "true or false")
        return typed in YES if typed else default

    def whole(self, name: str, *, default: int, least: int = 0, most: int = 1_000_000) -> int:
        typed = self.text(name).strip() or str(default)
        if not re.fullmatch(r"[0-9]{1,9}", typed) or not least <= int(typed) <= most:
            raise wrong(name, typed, f"a whole number from {least} to {most}")
        return int(typed)

    def rate(self, name: str, *, default: float) -> float:
        typed = self.text(name).strip() or str(default)
        try:
            rate = float(typed)
        except ValueError:
            rate = -1
        if rate < 0 or not math.isfinite(rate):
            raise wrong(name, typed, "a number such as 5 or 0.5, or 0")
        return rate

    def one_of(self, name: str, *choices: str) -> str:
        """The first is the default."""
        typed = self.text(name).strip().upper() or choices[0]
        if typed not in choices:
            raise wrong(name, typed, " or ".join(choices))
        return typed

    def zone(self, name: str) -> str:
        typed = self.text(name).strip() or "UTC"
        if typed not in available_timezones():
            raise wrong(name, typed, "a time zone such as Europe/Berlin")
        return typed

    def country(self, name: str, *, default: str) -> str:
        return known_country(name, self.text(name).strip() or default)

    def countries(self, name: str) -> list[str]:
        return [known_country(name, word) for word in self.words(name)]

    def secret(self, name: str) -> str:
        """A credential, without the spaces that come along when it is copied."""
        typed = self.text(name).strip()
        if re.search(r"[^!-~]", typed):
            raise ImproperlyConfigured(
                f"{name} has a space, or a character that no credential has: copy it anew."
            )
        return typed

    def api(self, name: str, *, default: str) -> str:
        typed = self.text(name).strip() or default
        if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", typed):
            raise wrong(name, typed, f"an address such as {default}")
        return typed

    def redis(self, name: str) -> str:
        """Never says the value: there may be a password in it."""
        typed = self.text(name).strip()
        if typed and (scheme(typed) not in REDIS or not valid(typed)):
            raise ImproperlyConfigured(f"{name} is no address such as redis://127.0.0.1:6379/0.")
        return typed

    def database(self, name: str, *, default: str) -> dict[str, Any]:
        """Never says the value: there may be a password in it."""
        typed = self.text(name).strip() or default
        try:
            found = dict(Env.db_url_config(typed)) if scheme(typed) in DATABASES else {}
        except (ValueError, ImproperlyConfigured):
            found = {}
        if not found.get("NAME"):
            raise ImproperlyConfigured(
                f"{name} is neither postgres://user:password@host/name nor sqlite:////path/to/file "
                "(in a password, write what is no letter and no digit as %23 for #)."
            )
        return found

    def mail_server(self, name: str) -> tuple[str, dict[str, Any]]:
        """The address, and what Django calls its parts. Never says the value."""
        typed = self.text(name).strip()
        try:
            return typed, dict(Env.email_url_config(typed)) if typed else {}
        except (ValueError, ImproperlyConfigured):
            raise ImproperlyConfigured(
                f"{name} is no address such as smtp+tls://user:password@host:587."
            ) from None


def assignment(number: int, line: str) -> str:
    """A line of the file without its comment. Never says the line: it may hold a secret."""
    line = line.strip()
    if line and not line.startswith("#") and not re.match(r"(export )?\w+=", line):
        raise ImproperlyConfigured(f"Line {number} of .env is not NAME=value, with no space in it.")
    return re.sub(r"""(=[^'"\s].*?|=|=".*?"|='.*?')\s+#.*""", r"\1", line)


def wrong(name: str, typed: str, wanted: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} is {typed!r}: it must be {wanted}.")


def known_country(name: str, typed: str) -> str:
    if typed.upper() not in SUPPORTED_REGIONS:
        raise wrong(name, typed, "a country in two letters, such as US")
    return typed.upper()


def scheme(address: str) -> str:
    return address.partition("://")[0].lower() if "://" in address else ""


def valid(address: str) -> bool:
    try:
        return urlsplit(address).port is not None or True
    except ValueError:
        return False
