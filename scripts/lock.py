"""
`make lock`: var/requirements.lock, the packages of requirements.txt with the digest of the file
that this machine installs. For a server that wants nothing but what was looked at before:

    pip install --require-hashes --no-deps -r var/requirements.lock

It is tried at once: each file is fetched again and held against its digest, and CI does so too.
requirements.txt itself names versions only: it has to install on every system and Python from 3.11
on, also on those for which a file is published later.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from prepare import BIN, ROOT, VAR, prepare

LOCK = VAR / "requirements.lock"


def main() -> int:
    prepare("requirements.txt")
    pip = [str(BIN / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    ask = [*pip, "install", "--dry-run", "--ignore-installed", "--no-deps", "--report", "-"]
    done = subprocess.run([*ask, "-r", str(ROOT / "requirements.txt")], stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit("The packages could not be looked up: the lines above say why.")
    written = list(lines(json.loads(done.stdout)))
    LOCK.write_text("\n".join(written) + "\n")
    again = ["install", "--dry-run", "--ignore-installed", "--no-deps", "--require-hashes"]
    if subprocess.run([*pip, *again, "-r", str(LOCK)], stdout=subprocess.DEVNULL).returncode:
        sys.exit("It cannot be installed from: the lines above say why.")
    print(f"{LOCK.relative_to(ROOT)}: {len(written)} packages.")
    return 0


def lines(report: dict[str, Any]) -> Iterator[str]:
    """Of pip's installation report, sorted by name. Raises KeyError for what has no digest."""
    for one in sorted(report["install"], key=lambda row: str(row["metadata"]["name"]).lower()):
        about, digests = one["metadata"], one["download_info"]["archive_info"]["hashes"]
        yield f"{about['name']}=={about['version']} --hash=sha256:{digests['sha256']}"


if __name__ == "__main__":
    sys.exit(main())
