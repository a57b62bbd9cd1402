# hunkwise: the few commands a contributor or a first-time user needs. Everything lands in .build; no step asks a question.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

REPO ?= .
RANGE ?= HEAD
PREFIX ?= /usr/local
GRAMMARS := .build/grammars

.PHONY: help system setup build test review serve test-local-model honesty bench lint format fuzz install clean

help: ## list these commands
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## /{printf "  make %-17s %s\n", $$1, $$2}' Makefile

system:
	@command -v swift >/dev/null || { echo "hunkwise needs Swift 6.2 or newer on the PATH: see swift.org/install" >&2; exit 2; }
	@deploy/setup/system.sh

setup: system ## install what the build needs (apt, as root or sudo -n) and the grammars
	@deploy/setup/grammars.sh $(GRAMMARS)

# Exit code 3: no package index can be reached. Hunkwise works without grammars and says what it then skips.
build: system ## build the release binary: .build/release/hunkwise
	@deploy/setup/grammars.sh $(GRAMMARS) || [ $$? -eq 3 ]
	swift build -c release --product hunkwise

review: build ## review REPO=path RANGE=A..B (default: the last commit of the current repository)
	@.build/release/hunkwise review --repo "$(REPO)" --range "$(RANGE)"

serve: build ## review pull requests as webhooks announce them (CONFIG=hunkwise.yaml; the README tells what it holds)
	@.build/release/hunkwise serve $(if $(CONFIG),--config "$(CONFIG)")

test: setup ## build and run all tests
	swift build --build-tests
	Tests/run.sh

test-local-model: build ## review a real diff with a small real model on this machine (MODEL=file.gguf, REPO=, RANGE=)
	@MODEL="$(MODEL)" $(if $(filter command environment,$(firstword $(origin REPO))),REPO="$(REPO)" RANGE="$(RANGE)") deploy/local-model/try.sh

honesty: ## the providers' own Python packages against the test servers
	swift build --product hunkwise-model-server
	Tests/ModelServer/Honesty/run.sh
	swift build --product hunkwise-github-server
	Tests/GitHubServer/Honesty/run.sh

bench: setup ## figures, with the peer or the limit beside ours
	Tests/Benchmarks/run.sh

lint: ## formatter and linter, strict
	swift format lint --strict --parallel --recursive --configuration .swift-format Package.swift Sources Tests

format: ## rewrite the sources in the house style
	swift format format --in-place --parallel --recursive --configuration .swift-format Package.swift Sources Tests

fuzz: setup ## run every fuzzer for RUNS inputs (default 1000000)
	Tests/Fuzz/run.sh all $(or $(RUNS),1000000)

install: build ## copy the binary and the grammars under PREFIX (default /usr/local)
	install -D -m 755 .build/release/hunkwise "$(DESTDIR)$(PREFIX)/bin/hunkwise"
	install -d "$(DESTDIR)$(PREFIX)/lib/hunkwise/grammars"
	install -m 644 $(GRAMMARS)/* "$(DESTDIR)$(PREFIX)/lib/hunkwise/grammars/"

clean: ## remove what was built
	rm -rf .build
