# The commands of the project. `make demo` and `make test` need only Python 3.11+ with venv and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One more than there are cores: a third of the time tests wait for timers and sockets.
WORKERS = $$(($$(getconf _NPROCESSORS_ONLN) + 1))

.PHONY: demo run test quick coverage golden translated check audit sbom bench lock clean

demo: $(VENV)/.runtime         ## the living chat in a browser, no token and no network needed
	$(BIN)/jarchi demo

run: $(VENV)/.runtime          ## the bot itself, with the settings of .env
	$(BIN)/jarchi run

test: $(VENV)/.dev             ## the whole test suite: the quick tests on all cores, with their coverage, then the slow ones
	$(BIN)/python -m pytest -m "not slow" --hypothesis-profile=full -n $(WORKERS) --cov --cov-report=term
	$(BIN)/python -m pytest -m slow

quick: $(VENV)/.dev            ## the tests that are not marked as slow, on all cores: under two minutes
	$(BIN)/python -m pytest -m "not slow"

coverage: $(VENV)/.dev         ## the quick tests and the branch coverage of rules, views and storage; an error below 95 %
	$(BIN)/python -m pytest -m "not slow" -n $(WORKERS) --cov --cov-report=term

golden: $(VENV)/.dev           ## every view in every language: tests/golden/<language>.txt, to be read from top to bottom
	$(BIN)/python -m tests.golden

check: $(VENV)/.dev            ## linters, types, layers, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/python -m pip check
	@$(MAKE) --no-print-directory audit sbom

audit: $(VENV)/.dev            ## known vulnerabilities of the lock; says so where the advisory service cannot be reached
	@$(BIN)/python .ci/audit.py

sbom: $(VENV)/.dev             ## the bill of materials of the lock, CycloneDX 1.6: build/sbom.json
	@mkdir -p build
	@$(BIN)/python -W ignore -m cyclonedx_py requirements requirements.lock --pyproject pyproject.toml \
	    --mc-type application --output-reproducible --of JSON -o build/sbom.json
	@echo "sbom: build/sbom.json"

translated: $(VENV)/.dev       ## record that a catalog is translated from the English texts as they are (CODE=kk)
	$(BIN)/python -m tests.i18n.sources $(CODE)

bench: $(VENV)/.dev            ## the measurements, as ratios in one run
	$(BIN)/python -m bench

lock:                          ## re-pin; needs uv on the PATH (--upgrade: make lock UPGRADE=--upgrade)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE) \
	    --extra postgres --group build pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE) \
	    --extra dev --group build -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# An environment without a working pip was interrupted while it was made: it is made again.
define MAKE_VENV
$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
    command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.11 or newer"; exit 1; }; \
    $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
        || { echo "$(PYTHON) is too old: Python 3.11 or newer is needed (make PYTHON=python3.12 ...)"; exit 1; }; \
    $(PYTHON) -c 'import ensurepip' 2>/dev/null \
        || { echo "$(PYTHON) has no ensurepip: install Debian's package python3-venv"; exit 1; }; \
    rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); }
endef

# The stamps say which lock an environment was made from; a newer lock makes it again.
$(VENV)/.runtime: requirements.lock pyproject.toml
	@$(MAKE_VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements-dev.lock
	@touch $@
