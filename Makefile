# Every command a human types. `make` alone prints them.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
export PYTHONUNBUFFERED := 1
SIMULATORS := port carrier customs-core

.PHONY: help setup system demo sim serve work test lint types drill bench docs clean

help:
	@echo "make demo    set up everything, replay nine months of 2020 through the doors, print the bulletin, serve the site"
	@echo "             (SERVE=0: do not serve; PORT=8000; SCALE=1)"
	@echo "make test    set up everything and run all checks and tests"
	@echo "make sim     simulated partners that talk to the site on port 8000: a port, a carrier, the customs core …"
	@echo "make serve   serve the site and its worker"
	@echo "make lint    ruff, import contracts, mypy, law sheets"
	@echo "make bench   print measured figures beside their peers, in one run"
	@echo "make docs    write again every page that is made from the code (commands, permissions, errors, lifecycles, tables)"
	@echo "make drill   kill processes under load and count what was lost (slow)"
	@echo "make clean   remove the environment and the demo's data"

setup: $(BIN)/.synced system

$(BIN)/.synced: pyproject.toml uv.lock
	@command -v $(PYTHON) >/dev/null || { echo "python3 is missing: install Python 3.11 or newer"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "python3 -m venv failed: install the package python3-venv"; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv sync --quiet --frozen --all-groups --inexact
	@touch $@

# What is not in a wheel: Pango for PDF, a serif font for official papers, a browser for the browser tests.
system:
	@bash .ci/system-packages

demo: setup
	@$(BIN)/motcua demo --serve=$(or $(SERVE),1) --port=$(or $(PORT),8000) $(if $(SCALE),--scale=$(SCALE))

sim: setup
	@mkdir -p .motcua-sim
	@test -s .motcua-sim/keys.yaml || { for name in $(SIMULATORS); do \
	  $(BIN)/motcua exchange partner add sim-$$name --name "sim $$name" --kind authority > .motcua-sim/made.json || exit 1; \
	  $(BIN)/python -c "import json; print('$$name:', json.load(open('.motcua-sim/made.json'))['key'])"; \
	done > .motcua-sim/keys.new && mv .motcua-sim/keys.new .motcua-sim/keys.yaml; rm -f .motcua-sim/made.json; }
	@$(BIN)/motcua-sim all --keys .motcua-sim/keys.yaml --peer http://127.0.0.1:$(or $(PORT),8000)

serve: setup
	@$(BIN)/motcua serve --port=$(or $(PORT),8000)

work: setup
	@$(BIN)/motcua work

test: setup lint
	@$(BIN)/pytest -n 2 --dist loadfile -m "not drill"

lint: $(BIN)/.synced
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	@$(BIN)/mypy
	@$(BIN)/motcua law check

types: $(BIN)/.synced
	@$(BIN)/mypy

drill: setup
	@$(BIN)/pytest -m drill -v

bench: setup
	@$(BIN)/python -m bench

docs: $(BIN)/.synced
	@$(BIN)/python docs/generate.py --write
	@$(BIN)/python -m motcua.config.cli.reference --write
	@$(BIN)/python -m motcua.config.errors_page
	@$(BIN)/python manage.py permissions --write
	@$(BIN)/motcua report indicators --format markdown > docs/reference/.indicators && mv docs/reference/.indicators docs/reference/indicators.md

clean:
	@-$(BIN)/motcua db stop 2>/dev/null
	rm -rf .venv .motcua
