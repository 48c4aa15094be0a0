# `make` alone lists the targets. Works with the make 3.81 that macOS has.

VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?=
PORT ?=
SHARE ?=
CLUSTER ?=
ARGS ?=
FULL ?=
GALLERY ?= build/gallery

PARALLEL := -n auto --maxprocesses=4 --dist loadfile
PIP := $(BIN)/python -m pip --disable-pip-version-check
PIP_INSTALL := $(PIP) install -c constraints.txt
BIOME := $(BIN)/biome
# app.py and pages/ stand outside the package, and are checked with it.
CODE := $(wildcard app.py setup.py pages nnlab tests benchmarks scripts)

.DEFAULT_GOAL := help
.PHONY: help run class install test proofs check format coverage audit constraints gallery wheel clean browser

help: ## list these targets
	@echo 'make <target>, with ARGS="..." for what it starts, PORT=..., SHARE=1 and CLUSTER=1 for run and class, PYTHON=... for another Python'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1	\2/p' Makefile

# SHARE=1 listens on all addresses of IPv4; any other value is the address (:: for IPv6 as well).
SHARED := $(if $(filter-out 0,$(SHARE)),--server.address $(if $(filter 1,$(SHARE)),0.0.0.0,$(SHARE)))

# CLUSTER=1 starts a Ray head of this machine alone, trains on it, and ends it with the lab.
ON_CLUSTER := $(filter-out 0,$(CLUSTER))
READY := $(VENV)/.$(if $(ON_CLUSTER),cluster,run)
START := $(BIN)/python -m $(if $(ON_CLUSTER),nnlab.runs.cluster.head $(BIN)/python -m )streamlit

run: $(READY) ## open the lab in the browser, on this machine alone; SHARE=1: for others, too; CLUSTER=1: on Ray, to try it
	@$(if $(SHARED),NNLAB_SHARE=1 )$(START) run app.py $(SHARED) $(if $(PORT),--server.port $(PORT)) $(ARGS)

# A class listens on all addresses unless SHARE names one. The browser that Streamlit would open knows no key.
class: $(READY) ## open the lab for a class: the terminal says where the lecturer enters and where students join
	@NNLAB_CLASS=1 $(START) run app.py $(or $(SHARED),--server.address 0.0.0.0) --server.headless true $(if $(PORT),--server.port $(PORT)) $(ARGS)

install: $(VENV)/.run ## make the environment and start nothing

# Two files at a time on two cores: tests in a browser wait more than they compute. ARGS="-n 0" runs one after another.
test: $(VENV)/.dev browser ## run all tests, those in a real browser among them
	@$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

proofs: $(VENV)/.dev browser ## run the longer proofs: a seeded tenth of each, or with FULL=1 the whole
	@NNLAB_FULL=$(FULL) $(BIN)/python -m pytest $(PARALLEL) -m proof $(ARGS)

# The wheel that brings biome is for Linux on x86-64; elsewhere the check says that it left these files out.
check: $(VENV)/.dev ## format, lint, types and the direction of imports
	@if [ -x $(BIOME) ]; then $(BIOME) check .; \
	else echo 'JavaScript and CSS are not checked: biome is installed on Linux (x86-64) only.'; fi
	$(BIN)/python -m ruff format --check $(CODE)
	$(BIN)/python -m ruff check $(CODE)
	$(BIN)/python -m ty check --python $(VENV) $(CODE)
	PYTHONPATH=. $(BIN)/python -c 'from importlinter.cli import lint_imports_command as go; go()'

format: $(VENV)/.dev ## format the code and mend what the linter can mend
	$(BIN)/python -m ruff format $(CODE)
	$(BIN)/python -m ruff check --fix $(CODE)
	@if [ -x $(BIOME) ]; then $(BIOME) check --write .; fi

coverage: $(VENV)/.dev browser ## run the tests and report which lines of nnlab they run; ARGS="tests/config" for some
	@$(BIN)/python -m pytest $(PARALLEL) --cov --cov-report=term:skip-covered $(ARGS)

audit: $(VENV)/.dev ## ask a vulnerability service over the internet about every pinned version
	$(BIN)/python -m pip_audit --strict --no-deps --disable-pip -r constraints.txt

# Without the earlier pins, which would forbid a new version.
constraints: $(VENV)/.made ## after a change of requirements*.txt: install them and pin all in constraints.txt
	$(PIP) install -r requirements-dev.txt
	$(BIN)/python -m scripts.constraints

gallery: $(VENV)/.dev ## build a static site of what all recipes come to, in GALLERY=build/gallery; ARGS=--quick for two
	@$(BIN)/python -m scripts.gallery --folder '$(GALLERY)' $(ARGS)

# What an earlier build left would go into the wheel, too.
wheel: $(VENV)/.dev ## build the package that pip installs, in dist
	rm -rf build/lib build/bdist.* dist
	@$(PIP) wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

clean: ## remove the environment and all caches; runs and data stay
	rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache .hypothesis test-results build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Without a browser the tests that need one say so themselves: skipped, or failed where CI is set.
browser: $(VENV)/.dev
	@$(BIN)/python tests/chromium.py --install || true

# A stamp is written when all is installed, so what was interrupted is taken up again.
$(VENV)/.run: requirements.txt constraints.txt $(VENV)/.made
	$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.cluster: requirements-cluster.txt constraints.txt $(VENV)/.run
	$(PIP_INSTALL) -r requirements-cluster.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements-cluster.txt constraints.txt $(VENV)/.run
	$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

# An environment whose Python is gone (an upgraded system) is made again.
ifneq ($(shell $(BIN)/python -c 'print("well")' 2>/dev/null),well)
.PHONY: $(VENV)/.made
endif

$(VENV)/.made:
	@python=; \
	for candidate in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    python=$$candidate; break; \
	  fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "nnlab needs Python 3.11 or newer; python3 here is: $$(python3 --version 2>/dev/null || echo none)."; \
	  echo 'Install a newer one, or name it: make run PYTHON=/path/to/python3'; \
	  exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "$$python cannot make environments. On Debian or Ubuntu: apt install python3-venv"; \
	  exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv --clear $(VENV)
	@touch $@
