# Quorum's two commands are `make run` and `make test`; each sets up what it needs and downloads nothing twice.
SHELL := /bin/bash
GO ?= go
BIN := bin/quorum
WINDOW := bin/quorum-window
TOOL := $(GO) tool -modfile=tools/go.mod
TESTFLAGS ?=
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

# The toolkit's tags: X11 only, OpenGL ES, no animations. Tests and end-to-end runs watch for calls from wrong threads, so only the built
# program has migrated_fynedo, which takes that watch out.
TAGS := x11,gles,no_animations
export GOFLAGS := -tags=$(TAGS)

# A display to open a window on: always on macOS and Windows.
SCREEN := $(or $(DISPLAY),$(WAYLAND_DISPLAY),$(filter Darwin MINGW% MSYS%,$(shell uname -s)))

.PHONY: run window segment test e2e parity bench build build-window build-segment package setup setup-segment setup-test openvino lint fuzz clean help

## run: open the window on the built-in case, or on yours: make run STUDY=folder; without a display, segment it on the command line
ifneq ($(SCREEN),)
run: window
else
run: segment
	@echo "No display: this was the command line. With DISPLAY set, make run opens the window."
endif

## window: open the window, always
window: setup build-window
	$(WINDOW) $(if $(STUDY),"$(STUDY)",--demo) $(ARGS)

## segment: segment the built-in case, or yours, on the command line: make segment STUDY=folder [OUT=folder] [ARGS="--absent t1ce"]
segment: setup-segment build-segment
ifdef STUDY
	$(BIN) segment "$(STUDY)" -o "$(or $(OUT),quorum-out)" --png $(ARGS)
else
	$(BIN) segment --demo -o "$(or $(OUT),quorum-out)" --png --force $(ARGS)
endif

## test: every test; real data are used where QUORUM_SHARED (default ../shared) is there
test: setup-test
	$(TOOL) gotestsum --format pkgname --format-hide-empty-pkg -- $(TESTFLAGS) ./...

## e2e: the window from end to end on a virtual screen; SHOTS=folder keeps a picture of every step
e2e: setup-test
	QUORUM_SHOTS=$(abspath $(SHOTS)) $(GO) test -tags $(TAGS),e2e -count=1 -v -timeout 20m ./app/e2e

## parity: the tests against the reference, whole cases on OpenVINO too; nothing is skipped, missing data or library fails
parity: setup-test openvino
	QUORUM_PARITY=1 $(GO) test -count=1 -timeout 60m ./...
	QUORUM_PARITY=1 QUORUM_DEVICE=openvino $(GO) test -count=1 -timeout 60m -run '^(TestWholeCasesEqualTheReference|TestParity)$$' ./segment ./segment/evaluate

## bench: speed and memory, the figures of docs/benchmarks.md
bench: setup-test build-segment
	tools/bench.sh

## build: both programs
build: build-segment build-window

build-segment:
	$(GO) build -ldflags "-X main.version=$(VERSION)" -o $(BIN) ./cmd/quorum

build-window:
	$(GO) build -tags $(TAGS),migrated_fynedo -ldflags "-X main.version=$(VERSION)" -o $(WINDOW) .

## package: both programs with the runtime library as one archive to unpack and start, in bin
package: setup build
	tools/package/package.sh $(VERSION)

## setup: ONNX Runtime into the user's cache, system packages where they lack
setup:
	@tools/setup.sh window

setup-segment:
	@tools/setup.sh segment

setup-test:
	@tools/setup.sh test

## openvino: the faster library for Intel and AMD processors into the cache
openvino:
	@tools/setup.sh openvino

## lint: format, vet and lint
lint:
	$(TOOL) golangci-lint fmt --diff
	$(GO) vet ./...
	$(GO) vet -tags $(TAGS),e2e ./app/e2e
	$(TOOL) golangci-lint run ./...
	$(TOOL) golangci-lint run --build-tags $(TAGS),e2e ./app/e2e/...

## fuzz: each fuzz target for FUZZTIME, a time or a number of inputs (default 50000x)
fuzz:
	tools/fuzz.sh $(or $(FUZZTIME),50000x)

clean:
	rm -rf bin quorum-out

help:
	@sed -n 's/^## //p' Makefile
