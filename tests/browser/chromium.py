"""How the system's Chromium is started, and why it may not be."""

from __future__ import annotations

import os
import shutil

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
THEMES = ("light", "dark")


def path() -> str:
    """CHROMIUM, else the usual place; empty if there is none."""
    return shutil.which(os.environ.get("CHROMIUM") or "/usr/bin/chromium") or ""


def reason_to_skip() -> str:
    """Why nothing can be tried in a browser here, or nothing."""
    if reason := os.environ.get("NO_BROWSER", ""):
        return reason
    return "" if path() else "there is no Chromium here"
