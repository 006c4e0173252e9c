# Quorum's two commands are `make run` and `make test`; each sets up what it needs and downloads nothing twice.
SHELL := /bin/bash
GO ?= go
BIN := bin/quorum
TOOL := $(GO) tool -modfile=tools/go.mod
TESTFLAGS ?=
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

.PHONY: run test parity bench build setup setup-test openvino lint fuzz clean help

## run: segment the built-in synthetic case, or yours: make run STUDY=folder [OUT=folder] [ARGS="--absent t1ce"]
run: setup build
ifdef STUDY
	$(BIN) segment "$(STUDY)" -o "$(or $(OUT),quorum-out)" --png $(ARGS)
else
	$(BIN) segment --demo -o "$(or $(OUT),quorum-out)" --png --force $(ARGS)
endif

## test: every test; real data are used where QUORUM_SHARED (default ../shared) is there
test: setup-test
	$(TOOL) gotestsum --format pkgname --format-hide-empty-pkg -- $(TESTFLAGS) ./...

## parity: the tests against the reference, whole cases on OpenVINO too; nothing is skipped, missing data or library fails
parity: setup-test openvino
	QUORUM_PARITY=1 $(GO) test -count=1 -timeout 60m ./...
	QUORUM_PARITY=1 QUORUM_DEVICE=openvino $(GO) test -count=1 -timeout 60m -run '^(TestWholeCasesEqualTheReference|TestParity)$$' ./segment ./segment/evaluate

## bench: speed and memory, the figures of docs/benchmarks.md
bench: setup build
	tools/bench.sh

## build: the command line program
build:
	$(GO) build -ldflags "-X main.version=$(VERSION)" -o $(BIN) ./cmd/quorum

## setup: ONNX Runtime into the user's cache, system packages where they lack
setup:
	@tools/setup.sh run

setup-test:
	@tools/setup.sh test

## openvino: the faster library for Intel and AMD processors into the cache
openvino:
	@tools/setup.sh openvino

## lint: format, vet and lint
lint:
	$(TOOL) golangci-lint fmt --diff
	$(GO) vet ./...
	$(TOOL) golangci-lint run ./...

## fuzz: each fuzz target for FUZZTIME (default 10s)
fuzz:
	tools/fuzz.sh $(or $(FUZZTIME),10s)

clean:
	rm -rf bin quorum-out

help:
	@sed -n 's/^## //p' Makefile
