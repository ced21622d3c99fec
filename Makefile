# The commands a person types. `make help` lists them.
SHELL     := bash
GO        ?= go
DATA      ?= data
TOOLS     := $(CURDIR)/.tools
LINT      := $(TOOLS)/golangci-lint
LINT_AT   := v2.13.2
FLOWCHECK := $(TOOLS)/workflowcheck
FLOW_AT   := v0.6.0
OASDIFF   := $(TOOLS)/oasdiff
OAS_AT    := v1.35.0
RELEASED  := api/released/openapi.yaml
EVERY     := ./... ./devstack/...

export GOTOOLCHAIN = local

.DEFAULT_GOAL := help
.PHONY: help dev play test check format vet lint workflowcheck race generated contract bench generate build clean

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# In a terminal Ctrl-C is for the system alone (set -m), so that it ends in its own time and make reports that it ended well.
dev: ## the whole system in one process, seeded (DAY=2s lets its test clock run, EPHEMERAL=1 keeps nothing, PORT and UI_PORT move it)
	@$(GO) build -o bin/devstack ./devstack
	@if [ -t 0 ]; then set -m; fi; bin/devstack dev --data $(DATA) $(if $(EPHEMERAL),--ephemeral) $(if $(DAY),--day $(DAY)) $(if $(PORT),--port $(PORT)) $(if $(UI_PORT),--ui-port $(UI_PORT))

play: ## every case file through the public API on a fresh stack (FILES="cases/a.yaml …": these)
	@$(GO) run ./devstack play $(or $(FILES),cases)

# Each package of devstack runs whole systems, with browsers and servers of its own: one at a time. Vet is of `make check`.
test: ## all tests; those on Postgres where its binaries are
	$(GO) test -vet=off -timeout 30m ./...
	$(GO) test -vet=off -timeout 30m -p 1 ./devstack/...

check: format vet lint workflowcheck generated contract race ## what CI runs after the tests

format: ## every Go file is as gofmt writes it
	@files=$$(git ls-files '*.go' | xargs gofmt -l); test -z "$$files" || { echo "gofmt would change:"; echo "$$files"; exit 1; }

vet: ## what the compiler would let pass
	$(GO) vet $(EVERY)

lint: $(LINT) ## style and who may import whom (.golangci.yml)
	$(LINT) run ./...
	cd devstack && $(LINT) run --config ../.golangci.yml ./...

workflowcheck: $(FLOWCHECK) ## workflow code is deterministic
	$(FLOWCHECK) ./workflows/...

# Before it ends, each program under the detector waits for what still runs, by default a second; a tenth is as good.
race: ## the tests of the production module under the race detector, the long ones shortened
	@echo "race: not run where there is one goroutine alone:" $$(.ci/alone)
	GORACE=atexit_sleep_ms=100 $(GO) test -race -short -vet=off -timeout 30m $$($(GO) list ./... | grep -vxFf <(.ci/alone))

generated: generate ## what is generated is up to date
	@git diff --exit-code --stat -- api || { echo "run make generate and commit the result"; exit 1; }

# A release copies api/openapi.yaml to $(RELEASED); from then on nothing may be taken from those who rely on it.
contract: ## the contract breaks nothing that was released
	@if [ -f $(RELEASED) ]; then \
		$(MAKE) --no-print-directory $(OASDIFF) && $(OASDIFF) breaking --fail-on ERR $(RELEASED) api/openapi.yaml; \
	else \
		echo "contract: not run: nothing is released, there is no $(RELEASED) to compare with"; \
	fi

generate: ## the code that is made of the contract
	$(GO) generate ./api/...

bench: ## the ratios of cost and speed, into bench/results.json
	$(GO) run ./devstack bench

build: ## the production binary
	$(GO) build -o bin/recourse ./cmd/recourse

clean: ## take away what was built, and the tools
	rm -rf bin $(TOOLS)

$(LINT):
	GOWORK=off GOFLAGS=-mod=mod GOBIN=$(TOOLS) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_AT)

$(FLOWCHECK):
	GOWORK=off GOFLAGS=-mod=mod GOBIN=$(TOOLS) $(GO) install go.temporal.io/sdk/contrib/tools/workflowcheck@$(FLOW_AT)

$(OASDIFF):
	GOWORK=off GOFLAGS=-mod=mod GOBIN=$(TOOLS) $(GO) install github.com/oasdiff/oasdiff@$(OAS_AT)
