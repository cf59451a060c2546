"""
`make audit`: whether a weakness is known in a version we pin. Needs the network, and is no part of
CI: what is found tomorrow must not stop a change of today.
"""

import subprocess
import sys

from prepare import ROOT, VAR

AUDITOR = "pip-audit==2.10.1"  # in a place of its own: what it brings along is nothing of ours
PLACE = VAR / "audit"


def main() -> int:
    python = PLACE / "bin" / "python"
    if not python.is_file():
        subprocess.run([sys.executable, "-m", "venv", "--clear", PLACE], check=True)
    pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*pip, "install", AUDITOR]).returncode:
        sys.exit(f"{AUDITOR} cannot be installed: connect this machine to the network.")
    # Strict: a package that could not be looked up is no package without a weakness.
    ask = [str(python), "-m", "pip_audit", "--strict", "--no-deps", "--disable-pip"]
    if status := subprocess.run([*ask, "-r", str(ROOT / "requirements.txt")]).returncode:
        print("Not all is known to be well: the lines above say what, or why not.", file=sys.stderr)
        return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
