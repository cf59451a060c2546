"""`python -m tests.chaos`: exits with 1 unless nothing was lost, doubled or left unresolved."""

import argparse
import json
import random
import signal
import subprocess
import sys

from tests.chaos import stacks
from tests.chaos.run import run

SECONDS_PER_KILL = 2.2
LISTS = ("lost", "doubled", "unresolved")


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--stack", choices=[*stacks.STACKS, "both"], default="both")
    parser.add_argument("--seed", type=int, default=None, help="the same choices again")
    parser.add_argument("--json", action="store_true", help="one stack, its outcome as JSON")
    given = parser.parse_args()
    if given.seed is None:
        given.seed = random.randrange(1_000_000)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return one(given) if given.json else several(given)
    except KeyboardInterrupt:
        return 130


def one(given):
    """Its own process, because a Django is set up for one database only."""
    outcome = run(
        given.stack,
        messages=given.messages,
        kills=given.kills,
        seconds=SECONDS_PER_KILL * max(given.kills, given.messages / 25),
        seed=given.seed,
        say=lambda words: print(f"  {words}", file=sys.stderr, flush=True),
    )
    print(json.dumps(outcome))
    return 0


def several(given):
    outcomes = {}
    for stack in stacks.STACKS if given.stack == "both" else [given.stack]:
        if why := stacks.missing(stack):
            print(f"{stacks.STACKS[stack]}: {why}")
            return 1
        print(f"{stacks.STACKS[stack]} (seed {given.seed})", flush=True)
        outcomes[stack] = measured(stack, given)
        complain(outcomes[stack])
    print(table(outcomes))
    return 0 if all(is_good(outcome) for outcome in outcomes.values()) else 1


def measured(stack, given):
    options = {"--messages": given.messages, "--kills": given.kills, "--seed": given.seed}
    words = [str(word) for pair in options.items() for word in pair]
    command = [sys.executable, "-m", "tests.chaos", "--json", "--stack", stack, *words]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        output, _ = child.communicate()
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait(30)
    if child.returncode:
        raise SystemExit(f"{stacks.STACKS[stack]}: the run itself broke ({child.returncode}).")
    return json.loads(output)


def is_good(outcome):
    return outcome["settled"] is not None and not any(outcome[name] for name in LISTS)


def table(outcomes):
    rows = {
        "messages": lambda o: o["messages"],
        "kills": lambda o: sum(o["kills"].values()),
        "faults of the gateway": lambda o: sum(o["faults"].values()),
        "attempts that shared a request": lambda o: o["shared"],
        "fate unknown for a while": lambda o: o["unknown"],
        "never arrived, sent after all": lambda o: o["resent"],
        "never arrived, left to people": lambda o: o["left_to_people"],
        "clusters replaced as ill": lambda o: o["restarted because ill"],
        "seconds": lambda o: o["seconds"],
        **{name: lambda o, name=name: len(o[name]) for name in LISTS},
    }
    lines = [" " * 32 + "".join(f"{stacks.STACKS[stack]:>20}" for stack in outcomes)]
    for name, read in rows.items():
        lines.append(f"{name:<32}" + "".join(f"{read(o):>20,}" for o in outcomes.values()))
    for stack, outcome in outcomes.items():
        for what in ("kills", "faults"):
            told = ", ".join(f"{n} {kind}" for kind, n in sorted(outcome[what].items()))
            lines.append(f"{stacks.STACKS[stack]}, {what}: {told}")
    return "\n".join(lines)


def complain(outcome):
    for name in LISTS:
        for line in outcome[name][:20]:
            print(f"{name}: {line}")
    if not is_good(outcome):
        print("\n".join(outcome["output"]))


if __name__ == "__main__":
    sys.exit(main())
