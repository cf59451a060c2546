"""
Every figure the project claims, beside its limit: `make bench`, or one part of it by name:

    python -m tests.bench latency throughput
"""

from __future__ import annotations

import platform
import sys

from tests.bench import batches, broadcast, dashboard, imports, latency, size, throughput
from tests.bench.stack import STACKS, available

PARTS = {
    "batches": batches.run,
    "broadcast": broadcast.run,
    "dashboard": dashboard.run,
    "import": imports.run,
    "latency": latency.run,
    "size": size.run,
    "throughput": throughput.run,
}


def main(names: list[str]) -> int:
    print(f"Python {platform.python_version()}, {platform.machine()}")
    missed = 0
    for name in names or PARTS:
        for stack in STACKS:
            print(f"\n{name}: {stack}")
            if why := available(stack):
                print(f"  skipped: {why}")
                continue
            for line in PARTS[name](stack):
                print(f"  {line}", flush=True)
                missed += "MISSED" in line
    return missed


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
