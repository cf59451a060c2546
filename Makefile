# Every target sets up what it needs. The work is done in scripts/.
.PHONY: help run test check format coverage bench chaos load weight stopwatch screenshots audit lock clean

PORT ?=
ARGS ?=
ifneq ($(PORT),)
export PORT
else
unexport PORT
endif

help:  ## What can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 14

run:  ## Set up what is missing and start; PORT=8001 moves it
	@scripts/python scripts/run.py

test:  ## Run every test; ARGS="-k claim" chooses
	@scripts/python scripts/test.py $(ARGS)

check:  ## Format, lint, types, architecture, settings, migrations, templates
	@scripts/python scripts/check.py

format:  ## Let ruff put the code in order
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

coverage:  ## Which lines and branches no test runs
	@scripts/python scripts/test.py --cov --cov-report=term-missing $(ARGS)

bench:  ## Measure speed on a large database
	@scripts/python scripts/prepare.py && .venv/bin/python -m tests.bench $(ARGS)

chaos:  ## Kill processes at random and count the texts
	@scripts/python scripts/prepare.py && .venv/bin/python -m tests.chaos $(ARGS)

load:  ## A day of a busy team, in a minute: 50 people, webhooks, a broadcast
	@scripts/python scripts/prepare.py && .venv/bin/python -m tests.load $(ARGS)

weight:  ## What pages weigh in a browser, and how soon they are drawn
	@scripts/python scripts/prepare.py && .venv/bin/python -m tests.browser.weight $(ARGS)

stopwatch:  ## How many clicks a newcomer needs from make run to a delivered text
	@scripts/python scripts/prepare.py && .venv/bin/python -m tests.browser.stopwatch

screenshots:  ## Take pictures of every screen
	@scripts/python scripts/prepare.py && .venv/bin/python -m tests.screenshots $(ARGS)

audit:  ## Ask whether a weakness is known in a version we pin
	@scripts/python scripts/audit.py

lock:  ## Write var/requirements.lock, with the digest of each package
	@scripts/python scripts/lock.py

clean:  ## Remove what can be made again; keeps .env and the database
	@rm -rf .venv .coverage htmlcov .hypothesis .mypy_cache .pytest_cache .ruff_cache \
	    .import_linter_cache test-results var/assets var/static var/static.sha256 var/pip.log
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
