# Every verb sets up what it needs by itself. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: help run test drill gallery build verify lint fmt generate bench e2e web client

# The programs need no C compiler; a fresh machine has none.
export CGO_ENABLED := 0

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X github.com/parindex/parindex/libs/run.version=$(VERSION)
COMMANDS := deploy/allinone/cmd/parindex gateway/cmd/gatewayd \
	$(foreach s,identity catalog assessment appraisal survey scoring,services/$(s)/cmd/$(s)d)

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## bring up PostgreSQL and Redis of its own, load the 2023 index, serve http://localhost:8080 until Ctrl-C
	@deploy/local/run.sh

test: ## pass every test, with a real PostgreSQL and Redis of its own
	@deploy/local/test.sh

drill: ## the long forms of what make test runs shortly: more random walks, every journey three times
	@PARINDEX_EXPLORE_WALKS=60 PARINDEX_EXPLORE_SEED=1000 deploy/local/test.sh -run TestExplore ./deploy/e2e
	@deploy/local/test.sh -run TestJourneys -count=3 ./deploy/e2e

gallery: ## write every page into the folder gallery/: at both widths, in both languages, printed
	@mkdir -p gallery
	@PARINDEX_GALLERY="$(CURDIR)/gallery" deploy/local/test.sh -run TestJourneys ./deploy/e2e
	@echo "The pages are in gallery/."

build: ## build parindex, the daemons and gatewayd into bin/
	@mkdir -p bin
	go build -ldflags '$(LDFLAGS)' -o bin/ $(addprefix ./,$(COMMANDS))

verify: ## everything a change must satisfy beside its tests: generated code, modules, lint, contracts
	@deploy/verify/verify.sh

lint: ## run the linters on all modules
	@deploy/verify/tools.sh deploy/verify/tools
	@bin/tools/golangci-lint run $$(go list -m -f '{{.Dir}}/...')

fmt: ## format the Go code
	@deploy/verify/tools.sh deploy/verify/tools
	@bin/tools/golangci-lint fmt

generate: ## rewrite proto/gen from the contracts
	@deploy/verify/generate.sh

web: ## serve the web client from its source, with hot reload, against the running platform
	@deploy/local/web.sh

client: ## build the web client into gateway/web/dist, which is committed
	@deploy/verify/web.sh --write

e2e: ## play the whole system as its users do, test by test
	@deploy/local/test.sh -v ./deploy/e2e/...

bench: ## measure against a bare handler, nginx and others in one run; prints ratios
	@deploy/bench/run.sh
