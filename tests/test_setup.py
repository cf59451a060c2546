"""The set-up says what it does: variables are explained, pins have reasons, targets exist."""

import importlib
import itertools
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TARGETS = {"audit", "lock", "run", "test", "check", "bench", "chaos", "load"}
TARGETS |= {"screenshots", "clean"}


def variables_read():
    text = "".join(path.read_text() for path in (ROOT / "smscrm").glob("*.py"))
    return set(re.findall(r"\benv(?:\.\w+)?\(\s*[\"']([A-Z0-9_]+)[\"']", text))


def example():
    return (ROOT / ".env.example").read_text().splitlines()


def requirement_lines():
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if line and not line.startswith(("#", "-r ")):
                yield line


def test_the_example_names_every_variable_that_is_read_and_no_other():
    named = re.findall(r"^#?([A-Z0-9_]+)=", "\n".join(example()), re.MULTILINE)

    assert len(named) == len(set(named))
    assert set(named) == variables_read()


def test_every_variable_of_the_example_is_explained_in_the_line_above():
    lines = example()

    for above, line in itertools.pairwise(lines):
        if re.match(r"#?[A-Z0-9_]+=", line):
            assert re.match(r"# \S.{10,}", above), line


@pytest.mark.parametrize("line", list(requirement_lines()))
def test_every_requirement_has_an_exact_version_and_a_reason(line):
    assert re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+ +# \S.+", line)


def test_no_requirement_is_pinned_twice():
    names = [re.split(r"[\[=]", line)[0].lower() for line in requirement_lines()]

    assert len(names) == len(set(names))


def test_every_make_target_exists_and_says_what_it_does():
    makefile = (ROOT / "Makefile").read_text()

    explained = set(re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE))

    assert explained >= TARGETS


def run_on_port(port):
    """`make run` as make starts it, with nothing of ours in the environment."""
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / "run.py"],
        env={"PATH": "/usr/bin:/bin", "PORT": str(port), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1", "٨٠٠٠"])
def test_a_port_that_is_none_ends_in_one_sentence(port):
    ended = run_on_port(port)

    assert ended.returncode == 1
    assert (
        ended.stderr
        == f"PORT is “{port}”: use a number from 1 to 65535, like make run PORT=8001.\n"
    )


def test_a_taken_port_ends_in_one_sentence_before_anything_is_set_up(taken_port):
    ended = run_on_port(taken_port)

    assert ended.returncode == 1
    assert ended.stderr.startswith(
        f"Port {taken_port} is taken: stop what uses it, or use make run"
    )
    assert ended.stderr.count("\n") == 1


def test_no_python_ends_in_one_sentence(tmp_path):
    (tmp_path / "dirname").symlink_to("/usr/bin/dirname")
    copy = tmp_path / "scripts" / "python"
    copy.parent.mkdir()
    copy.write_bytes((ROOT / "scripts" / "python").read_bytes())

    ended = subprocess.run(
        ["/bin/sh", copy, "x.py"], env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("smscrm needs Python 3.11 or newer: install it")
    assert ended.stderr.count("\n") == 1


def test_the_lock_names_the_digest_of_each_file(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    lock = importlib.import_module("lock")
    files = [("zopfli", "0.4.3", "b" * 64), ("Django", "5.2.19", "a" * 64)]
    report = {
        "install": [
            {
                "metadata": {"name": name, "version": version},
                "download_info": {"archive_info": {"hashes": {"sha256": digest}}},
            }
            for name, version, digest in files
        ]
    }

    assert list(lock.lines(report)) == [
        f"Django==5.2.19 --hash=sha256:{'a' * 64}",
        f"zopfli==0.4.3 --hash=sha256:{'b' * 64}",
    ]
