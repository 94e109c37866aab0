# `make` lists the targets. All they need is Go and GNU make; tools are pinned in hack/tools.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# All is built and checked with the Go of go.mod's toolchain line, also where GOTOOLCHAIN=local is the default.
export GOTOOLCHAIN := $(shell awk '$$1 == "toolchain" { print $$2 }' go.mod)

TOOL := go tool -modfile=hack/tools/go.mod
IMG ?= securedapi:dev
VERSION ?= $(shell git describe --tags --always --dirty)
KUBECTL ?= kubectl
CONTAINER_TOOL ?= docker
TESTFLAGS ?=
BENCHFLAGS ?=
E2EFLAGS ?=
MUTANTFLAGS ?=

# Modules are tidied and verified in each of these folders.
MODULES := . hack/tools hack/localcluster/binaries

# The manifests of everything, with the image IMG in the place of the one that they name.
INSTALLER = $(TOOL) kustomize build config/default | sed 's|image: securedapi:dev|image: $(IMG)|'

# A command with etcd, kube-apiserver and kubectl at hand; they are built when first asked for.
WITH_CLUSTER = assets=$$(go run ./hack/localcluster/cmd/localcluster build) && KUBEBUILDER_ASSETS=$$assets
GO_TEST = $(WITH_CLUSTER) go test

# The same for thousands of tests: with more memory for less work, in the API server above all; up to a bound, for two processes.
SWEEP = $(WITH_CLUSTER) GOGC=400 GOMEMLIMIT=6GiB

##@ Try it

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Go through the recipe on a local control plane and a local AWS
	go run ./hack/demo

.PHONY: run
run: ## Run the operator here, against the cluster of KUBECONFIG and the account of AWS_PROFILE
	go run .

##@ Develop

.PHONY: build
build: ## Build the operator as bin/securedapi
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X github.com/prometheus/common/version.Version=$(VERSION)' -o bin/securedapi .

.PHONY: generate
generate: ## Generate the deep copies of the API types
	$(TOOL) controller-gen object paths=./api/...

.PHONY: manifests
manifests: ## Generate the CRD and the operator's role from the markers in the code
	$(TOOL) controller-gen crd paths=./api/... output:crd:dir=config/crd/bases
	$(TOOL) controller-gen rbac:roleName=manager paths=./controllers/... output:rbac:dir=config/rbac

.PHONY: docs
docs: ## Generate docs/reference/api.md from the API types
	mkdir -p docs/reference
	$(TOOL) crd-ref-docs --source-path=api --config=hack/tools/crd-ref-docs.yaml --renderer=markdown \
		--output-path=docs/reference/api.md --log-level=ERROR

.PHONY: fmt
fmt: ## Format the code
	$(TOOL) golangci-lint fmt

.PHONY: vet
vet: ## Run go vet
	go vet ./...

.PHONY: lint
lint: ## Run the linters, the walls between packages among them
	$(TOOL) golangci-lint config verify
	$(TOOL) golangci-lint run

.PHONY: tidy
tidy: ## Tidy all modules
	for module in $(MODULES); do (cd $$module && go mod tidy); done

.PHONY: loc
loc: ## Count the lines of the product, of its tests and of hack
	hack/loc.sh

##@ Test

.PHONY: test
test: ## Run the tests; the first time builds the control plane, about 5 minutes
	$(SWEEP) go test -timeout 20m $(TESTFLAGS) ./...

.PHONY: vuln
vuln: ## Look for known vulnerabilities in the code that the operator calls; VULNDB=VERSION for another data base than the newest
	hack/vuln/check.sh

.PHONY: budget
budget: ## Count the AWS calls of a SecuredAPI's life and hold them against the budget
	$(GO_TEST) -count=1 -run '^TestBudget(OfParts)?$$' -v ./controllers/tests/features

.PHONY: faults
faults: ## Go through failures by exhaustion and by chance, and print what was asked and reached; FAULTFLAGS=-all for all optional parts, too
	$(SWEEP) go run ./hack/faults $(FAULTFLAGS)

.PHONY: attacks
attacks: ## Attack what is served, a minute by chance, and print each case, how it was tried and what it came to
	{ $(SWEEP) go test -count=1 -v ./controllers/tests/attacks ./controllers/tests/attacks/owners && \
		$(GO_TEST) -count=1 -v -run '^TestAdmission' ./config && \
		go test -count=1 -v ./controllers/tests/attacks/served -args -for=1m; } | hack/attacks.sh

.PHONY: iam-simulate
iam-simulate: ## Compare how the local AWS evaluates config/iam with npm's iam-simulate; needs node and npm
	npm --prefix hack/iamsimulate ci --silent
	go run ./hack/iamsimulate

.PHONY: mutants
mutants: ## Break each rule on purpose, then change operators, and see that tests notice; -rules, -operators, -run … in MUTANTFLAGS
	$(SWEEP) go run ./hack/mutants $(MUTANTFLAGS)

.PHONY: model
model: ## Check the protocol by which the engine changes AWS, in all its orders; needs spin and gcc
	hack/model/check.sh

.PHONY: e2e
e2e: ## Go through the recipe in a real browser; needs Chromium
	$(GO_TEST) -count=1 -run '^TestBrowser$$' -v ./hack/demo

.PHONY: docs-test
docs-test: ## Run the tutorial's commands, and look for what the documents name: flags, targets, files, links
	$(GO_TEST) -count=1 -v ./hack/docstest

.PHONY: e2e-aws
e2e-aws: ## Ask the account of AWS_PROFILE, or with E2E_LOCAL=1 the local AWS, about all that is assumed of AWS; see docs/aws.md
	$(WITH_CLUSTER) go run ./hack/e2eaws $(E2EFLAGS)

.PHONY: e2e-aws-clean
e2e-aws-clean: ## Delete what a run of e2e-aws left in the account, after a list and a question
	go run ./hack/e2eaws $(E2EFLAGS) clean

.PHONY: bench
bench: ## Measure what is bounded by AWS's quotas, memory and time; -run, -objects, -soak … in BENCHFLAGS; see docs/performance.md
	$(GO_TEST) -run '^$$' -bench ApplyToReady -benchtime 50x ./controllers/tests/features
	$(GO_TEST) -run '^$$' -bench NothingToDo -benchmem ./controllers/tests/features
	$(SWEEP) go run ./hack/bench $(BENCHFLAGS)

.PHONY: verify
verify: generate manifests docs tidy lint ## Check that what is generated and tidied is committed, and lint
	@status=$$(git status --porcelain); if [[ -n $$status ]]; then \
		echo "the tree differs from the commit:"; echo "$$status"; git --no-pager diff; exit 1; fi

##@ Install

.PHONY: install
install: ## Install the CRD
	$(TOOL) kustomize build config/crd | $(KUBECTL) apply --server-side -f -

# The objects go before the policies, which name the roles that the operator deletes with.
.PHONY: uninstall
uninstall: ## Remove the CRDs, every SecuredAPI first; asks if users go too (CONFIRM=yes answers), waits for the operator
	@KUBECTL='$(KUBECTL)' hack/uninstall.sh
	$(KUBECTL) delete --ignore-not-found crd securedapis.securedapi.dev
	$(TOOL) kustomize build config/crd | $(KUBECTL) delete --ignore-not-found -f -

.PHONY: deploy
deploy: ## Install the CRD and run the image IMG in the cluster
	$(INSTALLER) | $(KUBECTL) apply --server-side -f -

.PHONY: undeploy
undeploy: uninstall ## Remove all that deploy made; the operator goes last, for it has to take things down
	$(INSTALLER) | $(KUBECTL) delete --ignore-not-found -f -

.PHONY: build-installer
build-installer: ## Write what deploy applies to dist/install.yaml
	mkdir -p dist
	$(INSTALLER) > dist/install.yaml

.PHONY: docker-build
docker-build: ## Build the image IMG
	$(CONTAINER_TOOL) build --build-arg VERSION=$(VERSION) -t $(IMG) .
