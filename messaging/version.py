"""Which version of smscrm a database is of."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.apps import apps

OURS = ("contacts", "messaging")  # the apps whose tables are smscrm's own


def newer(applied: Iterable[tuple[str, str]]) -> str:
    """Of migrations that a database had (app and name), the last this version lacks; "" if none."""
    had = {(app, name) for app, name in applied if app in OURS}
    return max((name for app, name in had if name not in _ours(app)), default="")


def _ours(app: str) -> set[str]:
    folder = Path(apps.get_app_config(app).path) / "migrations"
    return {file.stem for file in folder.glob("*.py")}
