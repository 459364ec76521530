# make run            build custode and hold the daily check on a made-up shop
# make run DATA=DIR   the same on a folder of yours
# make test           all tests; make help lists the rest
BIN      := custode
DATA     ?=
OUT      ?=
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# of a release: three numbers, each later commit a higher one
RELEASE  ?= 0.1.$(shell git rev-list --count HEAD 2>/dev/null || echo 0)
LDFLAGS  := -s -w -X main.version=$(VERSION)
GOBUILD  := go build -trimpath -buildvcs=false -ldflags "$(LDFLAGS)"
LINT     := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZTIME ?= 20s
AXE      := 4.14.1
# The arithmetic of keys and passphrases is not ours and shares nothing between goroutines: watched by the race
# detector too, it would take half of the tests' time. Only packages without generic code: an instance of sync/atomic's
# types that is compiled here unwatched is linked everywhere, and makes races of what is none (crypto/... did).
NORACE   := -gcflags=golang.org/x/crypto/...=-race=false -gcflags=crypto/internal/fips140/sha256=-race=false -gcflags=crypto/internal/fips140/edwards25519/...=-race=false -gcflags=compress/flate=-race=false
export CGO_ENABLED := 1
# what the race detector watches would sleep for a second before it ends, each time that a test starts it
export GORACE := atexit_sleep_ms=0

.DEFAULT_GOAL := build
.PHONY: release test-release printed browser axe story replay choices people fuzz big huge cuts disks sensors build run test check lint fmt fmt-check windows test-windows torture bench screenshots clean help

build: ## build ./custode
	$(GOBUILD) -o $(BIN) ./cmd/custode

run: build ## the daily check on a made-up shop, or on DATA=DIR
	@./internal/sample/run.sh ./$(BIN) "$(DATA)"

story: build ## the whole story on a made-up shop, from the first look to the letter to the authority; OUT=DIR keeps the papers
	@./internal/sample/story.sh ./$(BIN) "" "$(OUT)"

test: ## all tests, with the race detector (what vet finds, make lint finds)
	go test -race $(NORACE) -vet=off -shuffle=on -parallel 6 -timeout 30m ./...
	go test -count=1 -run 'Linear|Bounds' ./scan/detect ./scan/reader/pdf

check: fmt-check lint test ## everything that must pass

lint: ## vet, staticcheck and the rules of the house
	$(LINT) run ./...

fmt: ## format the code
	$(LINT) fmt

fmt-check:
	$(LINT) fmt --diff

windows: ## cross-build build/custode.exe with mingw (Debian: gcc-mingw-w64-x86-64), with its icon, manifest and version
	./internal/release/windows.sh build/custode.exe $(VERSION) $(RELEASE)

release: ## every package, for Linux and Windows, into build/release: .deb, .rpm, .msi, .zip, .tar.gz, with manual, completion, SBOM and sums (Debian: see internal/release/release.sh)
	./internal/release/release.sh build/release $(RELEASE)

test-release: release ## as root: each package installed, scheduled, upgraded, removed; the one for arm64 starts; signed with a certificate, it verifies; made again elsewhere it has the same bytes (QUICK=1: only custode's own packages are compiled anew for that)
	CUSTODE_ONLY="linux-amd64 windows" ./internal/release/release.sh build/release-before 0.0.1
	./internal/release/install.sh build/release-before build/release
	./internal/release/arm64.sh build/release
	./internal/release/signed.sh
	QUICK=$(QUICK) CUSTODE_ONLY="linux-amd64 windows" ./internal/release/same.sh build/release $(RELEASE)

test-windows: windows ## the .exe under wine: on a made-up shop, on files that give trouble there, its page in Chromium; unless QUICK=1, every script and the tests of packages with code for Windows, with what is left out and why
	./internal/sample/wine.sh build/custode.exe
	./internal/sample/winbad.sh build/custode.exe
	./internal/sample/winpage.sh
	$(if $(QUICK),,./internal/sample/winscripts.sh)

torture: fuzz big huge cuts choices people ## fuzz every parser for FUZZTIME, then big, huge, cuts, choices and people

fuzz:
	@set -e; for p in $$(go list ./...); do for f in $$(go test -list '^Fuzz' $$p | grep ^Fuzz || true); do \
		echo "== $$p $$f"; go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$p; done; done

big: ## files of 1 GB on one line, in one cell, in one string; twice as much costs twice as much; everybody found in every container
	CUSTODE_TORTURE=1 go test -count=1 -timeout 20m -run 'TortureBig' ./cmd/custode ./scan/reader
	CUSTODE_TORTURE=1 go test -count=1 -timeout 20m -v -run 'TortureDoubling' ./cmd/custode
	CUSTODE_TORTURE=1 go test -count=1 -timeout 20m -run 'EveryContainer|CostIsLinear' ./scan/seek

huge: ## files of 10 and 100 GB, zip bombs, a million files, 20,000 damaged ones: what they cost
	CUSTODE_TORTURE=1 go test -count=1 -timeout 40m -v -run 'TortureMemory|TortureMillion|TortureLedger|TortureStream|MutationsTorture' ./cmd/custode ./scan ./encrypt/seal ./encrypt/bundle

cuts: ## 280,000 power cuts, every fault of the disk and 600 kills while files are sealed in place, sealed anew, and opened
	CUSTODE_TORTURE=1 go test -count=1 -timeout 20m -v -run 'PowerCuts|Faults|Vanish|Kill' ./encrypt/replace ./encrypt/bundle ./encrypt/reseal ./encrypt/unseal ./encrypt/undo

choices: ## 20,000 shops whose customers say yes and no in any order: nobody without a yes is let through
	CUSTODE_TORTURE=1 go test -count=1 -timeout 20m -v -run NoContact ./playbook/privacy/choice

people: ## ten to a million people in overlapping files, counted to within 3 %; the proof of 10,000 files among 100,000
	CUSTODE_TORTURE=1 go test -count=1 -timeout 20m -v -run 'OverlapWithin|PeopleOfOverlapping|ProveThroughCost' ./scan/people ./cmd/custode/internal/job

disks: ## as root: 264 power cuts of real disks, 2,500 calls that fail or kill, 1,080 kills
	CUSTODE_TORTURE=1 CUSTODE_REQUIRE=root go test -count=1 -timeout 40m -v ./encrypt/torture

sensors: ## as root: what each sensor of the watch sees of 50,000 reads and changes, how fast, and whose
	CUSTODE_TORTURE=1 CUSTODE_REQUIRE=root go test -count=1 -timeout 20m -v ./scan/watch

replay: ## as root: what the watch makes of twelve ways to encrypt a shop, of sixty kinds of honest work, and of theft
	@mkdir -p build; CUSTODE_TORTURE=1 CUSTODE_REQUIRE=root go test -count=1 -timeout 20m -v ./scan/watch/replay >build/replay.txt; rc=$$?; \
		sed -n 's/^ *[a-z_]*\.go:[0-9]*: | //p; s/^ *[a-z_]*\.go:[0-9]*: \([^|]\)/! \1/p' build/replay.txt; exit $$rc

browser: build axe ## every page in Chromium: both languages, phone and desktop, light and dark, by keyboard; axe-core (npm) looks for what shuts people out
	CUSTODE_BROWSER=$(CURDIR)/$(BIN) go test -count=1 -timeout 20m -skip '^Test(Screenshots|Bench)' ./cmd/custode/internal/web/browser

axe: build/node_modules/axe-core/package.json
build/node_modules/axe-core/package.json:
	@mkdir -p build; npm install --prefix build --ignore-scripts --no-save --no-package-lock --no-audit --no-fund --loglevel=error axe-core@$(AXE) || \
		echo "axe-core (npm) is not to be had: the tests that need it are skipped, or fail where CUSTODE_REQUIRE has axe" >&2

bench: build ## speed and memory: the scanner on 20,000 files, sealing beside stock age and cp, the watch beside aide (as root: all of it), the daily check on 100,000 files, the pages of a shop with 10,000 files, a million rows of a mailing list
	CUSTODE_BENCH=$(CURDIR)/$(BIN) go test -count=1 -timeout 20m -v -run '^TestBench(Encrypt|Watch|Check)?$$' ./cmd/custode | grep -v '^ *\(=== RUN\|---\|PASS\|ok\)'
	CUSTODE_BROWSER=$(CURDIR)/$(BIN) go test -count=1 -timeout 20m -v -run '^TestBenchPages$$' ./cmd/custode/internal/web/browser | sed -n 's/^ *bench_test.go:[0-9]*: //p; /^--- FAIL/p'
	go test -run '^$$' -bench Filter -benchtime 1x ./playbook/privacy/choice | grep rows/s

printed: build ## what is printed, as build/*.png (needs Chromium)
	./internal/sample/screenshots.sh ./$(BIN) build

screenshots: printed ## and every page as build/screenshots/*.png: both languages, phone and desktop, light and dark; what is printed, as PDF; the README's pictures
	CUSTODE_BROWSER=$(CURDIR)/$(BIN) CUSTODE_SCREENSHOTS=$(CURDIR)/build/screenshots go test -count=1 -timeout 20m -run '^Test(Screenshots|Paper)$$' ./cmd/custode/internal/web/browser
	mkdir -p docs/pictures && cp build/screenshots/readme/*.png docs/pictures/ && chmod 644 docs/pictures/*.png

clean: ## remove what make made
	rm -rf $(BIN) build

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
