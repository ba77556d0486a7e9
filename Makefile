# Everything a newcomer types. `make demo` and `make test` need only Python 3.11+, pip and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo run test check bench lock clean

demo: $(VENV)/.runtime         ## the living chat in a browser, no token and no network needed
	$(BIN)/jarchi demo

run: $(VENV)/.runtime          ## the bot itself, with the settings of .env
	$(BIN)/jarchi run

test: $(VENV)/.dev             ## the whole test suite
	$(BIN)/python -m pytest

check: $(VENV)/.dev            ## linters, types, layers, lock
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pip check

bench: $(VENV)/.dev            ## the measurements, as ratios in one run
	$(BIN)/python -m bench

lock:                          ## re-pin; needs uv on the PATH (--upgrade: make lock UPGRADE=--upgrade)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE) \
	    --extra postgres --group build pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE) \
	    --extra dev --group build -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# The stamps say which lock an environment was made from; a newer lock makes it again.
$(VENV)/.runtime: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements-dev.lock
	@touch $@
