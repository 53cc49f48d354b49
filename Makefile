# Lateen: `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
RID := linux-$(shell uname -m | sed 's/x86_64/x64/;s/aarch64/arm64/')
LIB := artifacts/lib
BIN := artifacts/bin
DOTNET := DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 dotnet
PUBLISH := $(DOTNET) publish -c Release -r $(RID) -v quiet -nologo -clp:NoSummary

.PHONY: help build demo test check charts bench soak fuzz deps test-deps clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

deps: ## install what building and running need (Debian, as root); otherwise say what is missing
	@.ci/deps build

test-deps: deps ## install what the tests need besides
	@.ci/deps test

build: deps ## build the four programs into artifacts/bin
	@.ci/build $(RID)

demo: build ## bookinfo behind the gateway on this machine, with steady traffic; Ctrl-C ends it
	@exec $(BIN)/lateen demo

test: test-deps build ## every test; ends with the counted line
	@node tests/run.mjs

check: ## what CI runs
	@bash .ci/run

charts: test-deps ## chart packages with an index: a Helm repository in artifacts/charts
	@.ci/charts

bench: ## the proxy beside nginx, HAProxy and nghttpx, then the control plane at size (bench/README.md)
	@.ci/deps bench
	@.ci/build $(RID) lateen-proxy
	@bench/run

soak: ## ten minutes of full load while the configuration changes each second (SECONDS=600)
	@.ci/deps bench
	@.ci/build $(RID) lateen-proxy
	@bench/run soak $(or $(SECONDS),600)

fuzz: deps ## mutated inputs for every codec and reader (SECONDS=60 SEED=n)
	@$(DOTNET) run --project tests/Fuzz -c Release -v quiet -- --seconds $(or $(SECONDS),60) $(if $(SEED),--seed $(SEED))

clean: ## remove everything that was built
	@rm -rf artifacts && find . -type d \( -name bin -o -name obj \) -not -path '*/node_modules/*' -prune -exec rm -rf {} +
