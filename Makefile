# The everyday commands. `make run` is all that a fresh checkout needs.

PYTHON ?= python3
VENV ?= .venv
# Handed on to dockdash (make run ARGS=--version) and to pytest (make test PYTEST_ARGS="-k stats").
ARGS ?=
PYTEST_ARGS ?=

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Settings of the user's own that would break an installation into the virtual environment.
unexport PYTHONPATH PYTHONHOME PIP_TARGET PIP_PREFIX
export PIP_USER := 0
export PIP_NO_INPUT := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --constraint constraints.txt
heading = @printf '\n== %s\n' $(1)

.PHONY: help run demo test lint screenshots bench engine-stop clean

help: ## what there is
	@sed -n 's/^\([a-z-]*\):.*## /make \1|/p' Makefile | while IFS='|' read -r target text; do \
	  printf '  %-18s %s\n' "$$target" "$$text"; done

# A private engine that ran before is left as it was; one that was started for this run ends with it.
run: $(VENV)/.installed ## the dashboard; starts a private engine with samples where none answers
	@before=$$(scripts/engine pid private 2>/dev/null || true); \
	host=$$(scripts/engine ensure) || { status=$$?; exit $$status; }; \
	if [ -n "$$host" ]; then export DOCKER_HOST=$$host; unset DOCKER_CONTEXT DOCKER_TLS_VERIFY; fi; \
	if [ -z "$$host" ] || [ -n "$$before" ]; then exec $(BIN)/dockdash $(ARGS); fi; \
	trap 'echo "ending the private engine …" >&2; scripts/engine stop' EXIT; \
	$(BIN)/dockdash $(ARGS)

demo: $(VENV)/.installed ## the dashboard on made-up containers, without any engine
	@exec $(BIN)/dockdash --demo $(ARGS)

# pytest comes last, so that its closing line is the last one.
test: lint ## the checks, then all tests
	$(call heading,'packages that the tests use')
	@scripts/engine packages docker.io busybox-static iproute2 tmux && scripts/engine packages docker-cli || \
	  echo 'Tests that need what is missing are skipped.'
	$(call heading,'pytest')
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/.installed-dev ## ruff, mypy and import-linter
	$(call heading,'ruff check')
	@$(BIN)/ruff check .
	$(call heading,'ruff format')
	@$(BIN)/ruff format --check .
	$(call heading,'mypy')
	@$(BIN)/mypy
	$(call heading,'import-linter')
	@$(BIN)/lint-imports

screenshots: $(VENV)/.installed-dev ## draws the pictures of screenshots/ anew
	@$(BIN)/python scripts/screenshots.py

bench: $(VENV)/.installed-dev ## measures the speed
	@$(BIN)/python bench/run.py $(ARGS)

engine-stop: ## removes the private engine that `make run` started
	@scripts/engine stop

clean: ## removes the virtual environment and all caches
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache snapshot_report.html
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'dockdash needs Python 3.11 or newer: make PYTHON=python3.12 …' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || scripts/engine packages python3-venv || \
	  { echo 'Python lacks its venv module: install python3-venv.' >&2; exit 1; }
	$(call heading,'virtual environment in $(VENV)')
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# The stamps are newer than what was installed from.
$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(call heading,'dockdash and what it needs')
	@$(PIP) --editable .
	@touch $@

# The group is read by hand, because only pip 25.1 and later know --group.
$(VENV)/.installed-dev: $(VENV)/.installed
	$(call heading,'developer tools')
	@$(BIN)/python -c 'import pathlib, tomllib; \
	print(*tomllib.loads(pathlib.Path("pyproject.toml").read_text())["dependency-groups"]["dev"], sep="\n")' \
	  >$(VENV)/dev.txt
	@$(PIP) --requirement $(VENV)/dev.txt
	@touch $@
