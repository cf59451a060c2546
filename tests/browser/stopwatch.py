"""
`make stopwatch`: a newcomer on a fresh clone, from `make run` to a delivered text.

Starts the real command in a clone of its own, then goes the way the pages show and counts what
the browser was really clicked. More than MOST_CLICKS is a miss.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.bench.stack import ROOT, free_port
from tests.browser import chromium
from tests.browser.installation import stop

MOST_CLICKS = 6
READY = 600  # seconds for the installation, which downloads what it needs
IN_PLACE = 30_000  # milliseconds
COUNT_CLICKS = """
addEventListener("click", (event) => {
  if (event.isTrusted && event.detail)
    sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
}, true);
"""


def first_text(page: Page, url: str) -> int:
    """Sign in as the start page says, open a contact, text them; the clicks until delivered."""
    page.add_init_script(COUNT_CLICKS)
    page.goto(url)
    page.get_by_label("User name").fill("demo")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Ada Merriweather").first.click()
    page.wait_for_url(re.compile(r"/contacts/\d+/"))
    box = page.get_by_label("Comment", exact=True)
    if not box.is_visible():  # on a phone the activity is a tab of its own
        page.get_by_role("link", name="Activity").click()
    box.click()
    page.keyboard.type("sms: See you at six")
    page.get_by_role("button", name="Send SMS").click()
    track = page.locator("#timeline .entry").filter(has_text="See you at six").first
    expect(track).to_contain_text("Delivered", timeout=IN_PLACE)
    return int(page.evaluate("Number(sessionStorage.clicks)"))


@contextmanager
def fresh_clone(port: int) -> Iterator[subprocess.Popen[str]]:
    """`make run` in it."""
    with tempfile.TemporaryDirectory(prefix="smscrm-newcomer-") as folder:
        clone = Path(folder) / "smscrm"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        started = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=clone,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield started
        finally:
            os.killpg(started.pid, signal.SIGINT)
            stop(started)  # type: ignore[arg-type]


def wait_for_address(running: subprocess.Popen[str], port: int) -> str:
    """What it prints once people may come."""
    assert running.stdout is not None
    deadline = time.monotonic() + READY
    for line in running.stdout:
        print(line, end="")
        if found := re.search(rf"http://\S+:{port}\S*", line):
            return found[0]
        if time.monotonic() > deadline:
            break
    raise SystemExit("make run printed no address.")


def main() -> int:
    if reason := chromium.reason_to_skip():
        print(f"Nothing measured: {reason}.")
        return 1
    port, begun = free_port(), time.monotonic()
    with fresh_clone(port) as running, sync_playwright() as playwright:
        url = wait_for_address(running, port)
        ready = time.monotonic()
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=chromium.FLAGS)
        clicks = first_text(browser.new_page(viewport=chromium.DESKTOP), url)
        done = time.monotonic()
        browser.close()
    print(f"make run until the address    {ready - begun:5.1f} s")
    print(f"sign-in until delivered       {done - ready:5.1f} s")
    print(f"clicks                        {clicks:5}    (limit {MOST_CLICKS})")
    return 0 if clicks <= MOST_CLICKS else 1


if __name__ == "__main__":
    sys.exit(main())
