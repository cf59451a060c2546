"""`python -m tests.hostile [10000]`: so many strings, on the database of DATABASE_URL."""

import os
import sys

import pytest

os.environ["HOSTILE_STRINGS"] = (sys.argv[1:] or ["10000"])[0]
sys.exit(pytest.main(["tests/hostile", "-q", "--tb=short"]))
