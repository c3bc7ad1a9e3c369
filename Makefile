# make run: set up and play the built-in deck.   make test: set up, lint, types, import contracts, tests.
# make prove: the long proofs.   make fast: once more, beside it, with matching compiled to C.
PYTHON ?= python3
VENV ?= .venv
FAST ?= .venv-fast
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check coverage prove prove-kill prove-drill prove-wire firmware system setup setup-dev fast format clean

run: setup
	$(BIN)/mlocr run --out out/run

test: setup-dev check

# The C firmware's desk program, for `mlocr run --inkjet firmware`, and its tests and size on a microcontroller.
firmware:
	$(MAKE) -C firmware_stubs/inkjet all test board

# Long proofs, no part of `make test`: each says its counts and fails where one is not what it must be. The million
# letters over a wire that spoils frames take about 20 minutes of a processor, the others some minutes each.
prove: prove-kill prove-drill prove-wire
prove-kill: setup-dev firmware
	$(BIN)/python -m benchmarks.kill_station --kills 300 --device mock
	$(BIN)/python -m benchmarks.kill_station --kills 300 --device firmware
prove-drill: setup-dev firmware
	$(BIN)/mlocr drill
prove-wire: setup-dev
	$(BIN)/python -m benchmarks.million_pieces --pieces 1000000

check:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

# Branch coverage of the wire and the journal by their own tests, Python and C (docs/wire-coverage.md).
WIRE_TESTS := $(addprefix tests/unit/test_,frames.py frames_columns.py symbolic.py greeting.py ledger.py dialogue.py device.py \
    both_devices.py device_branches.py host_branches.py deadlines.py line_inkjets.py firmware.py journal.py journal_faults.py anchors.py \
    resume.py runner.py ties.py pieces.py feed.py drill.py)
coverage: setup-dev
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(WIRE_TESTS)
	$(BIN)/coverage report
	$(MAKE) -C firmware_stubs/inkjet coverage PYTEST="$(abspath $(BIN))/python -m pytest $(WIRE_TESTS) -k 'firmware or both'"

system:
	@sh tools/check-system $(PYTHON)

setup: system $(VENV)/.installed
setup-dev: system $(VENV)/.installed-dev

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.installed

# Matching compiled to C, in an environment of its own (docs/decisions/0023): some minutes, and only when a source changed.
fast: system $(FAST)/.installed
	@echo 'The station with matching compiled is $(FAST)/bin/mlocr; $(BIN) is as it was.'

$(FAST)/.installed: pyproject.toml setup.py tools/make-fast $(shell find mlocr drivers -type f ! -name '*.pyc')
	@sh tools/make-fast $(PYTHON) $(FAST)

format:
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) $(FAST) build out *.egg-info firmware_stubs/inkjet/build
