"""`make chaos`, small: kill -9 at random while texts flow; none lost, none doubled, none open."""

import os
import subprocess
import sys

import pytest

from tests.chaos import stacks
from tests.chaos.supervisor import ROOT

MESSAGES, KILLS = 500, 20


@pytest.mark.slow
@pytest.mark.parametrize("stack", stacks.STACKS)
def test_no_text_is_lost_or_doubled_while_everything_dies_at_random(stack):
    if why := stacks.missing(stack):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(why)

    command = [sys.executable, "-m", "tests.chaos", "--stack", stack]
    sizes = ["--messages", str(MESSAGES), "--kills", str(KILLS)]
    env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    done = subprocess.run(
        [*command, *sizes], cwd=ROOT, env=env, capture_output=True, text=True, timeout=600
    )

    assert done.returncode == 0, done.stdout + done.stderr
