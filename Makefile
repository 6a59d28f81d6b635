# SPDX-License-Identifier: Apache-2.0
# make            build the three programs into build/
# make demo       everything working on simulated mines, in one command
# make test       all tests, in one command (make check: without looking for missing packages)
# make bench      what it costs, measured beside collectd
# make soak       a county in bad weather: 30 sites, kills, cuts, restores; SOAK_SECONDS=600, SOAK_BROKER=rabbitmq
# make fuzz       tries the parsers and the wire with bytes of chance, FUZZ_SECONDS=60 each (or FUZZERS=)
# make lint       both compilers, the layout, the man pages: no warning
# make install    DESTDIR=, PREFIX=/usr/local, UNITDIR=, SYSUSERS=
# make deb        the Debian package, into build/
# make format     lays out the sources; make clean removes build/ and .demo/
# V=1 shows the commands; SANITIZE=address,undefined or thread builds into a folder of its own.

CFLAGS  ?= $(if $(SANITIZE),-O1,-O2) -g
PREFIX  ?= /usr/local
BUILD   ?= build$(if $(SANITIZE),/$(subst $(comma),-,$(SANITIZE)))
comma   := ,

VERSION  := 0.1.0
jobs      = $(shell nproc)
# Most of a system test is waiting: more of them at once than processors.
PROVE_FLAGS ?= -j6
packages  = libmodbus sqlite3 yaml-0.1 jansson libcrypto libsystemd xlsxwriter
# Texts for people are cut to their buffers on purpose: -Wno-format-truncation.
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wformat-security -Wstrict-prototypes -Wmissing-prototypes $(if $(findstring clang,$(CC)),,-Wno-format-truncation) $(if $(WERROR),-Werror)
CPPFLAGS += -D_GNU_SOURCE -I. -DCOALTALLY_VERSION='"$(VERSION)"' -DCOALTALLY_DATA='"$(PREFIX)/share/coaltally"'
COMPILE   = $(CC) -std=c11 $(CPPFLAGS) $(WARNINGS) $(CFLAGS) $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer) \
            $(cached_cflags) -MMD -MP -pthread
LINK      = $(CC) $(CFLAGS) $(if $(SANITIZE),-fsanitize=$(SANITIZE)) -Wl,--as-needed $(LDFLAGS) -pthread
# Debian's paho has no .pc file: it is linked by name.
LIBS      = $(cached_libs) -lpaho-mqtt3as -lm
cached_cflags = $(eval cached_cflags := $(shell pkg-config --cflags $(packages)))$(cached_cflags)
cached_libs   = $(eval cached_libs := $(shell pkg-config --libs $(packages)))$(cached_libs)

objects   = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)))
programs := $(BUILD)/coaltallyd $(BUILD)/coaltally $(BUILD)/minesim
drivers   = $(call objects,drivers/*.c)
mains     = $(BUILD)/collector/coaltallyd.o $(BUILD)/collector/coaltally.o
commands  = $(call objects,collector/cmd_*.c)
modules   = $(filter-out $(mains) $(commands),$(call objects,collector/*.c))
minesim   = $(call objects,simulators/*.c)
catalogue = build/locale/zh_CN/LC_MESSAGES/coaltally.mo
units     = $(patsubst tests/unit/%_test.c,$(BUILD)/tests/%.t,$(wildcard tests/unit/*_test.c))

say = $(if $(V),,@echo "  $(1)" $(patsubst $(BUILD)/%,%,$@);)$(if $(V),,)

.PHONY: all help units fuzzers deps demo test check check-unit bench soak fuzz lint layout language po install deb clean format
.SECONDARY:
all: $(programs) $(catalogue)

help:
	@sed -n '2,/^$$/s/^# //p' Makefile

# Both take what they need from an archive: so the daemon does not load libxlsxwriter, and the command
# line neither paho nor libsystemd.
$(BUILD)/coaltallyd: $(BUILD)/collector/coaltallyd.o $(BUILD)/collector.a
$(BUILD)/coaltally: $(BUILD)/collector/coaltally.o $(commands) $(BUILD)/collector.a
$(BUILD)/collector.a: $(modules) $(drivers)
	$(call say,AR)rm -f $@; ar rcs $@ $^
$(BUILD)/minesim: $(minesim) $(drivers)
$(programs):
	$(call say,LD)$(LINK) -o $@ $^ $(LIBS)

# Chinese. A text of the sources that the catalogue lacks is a fault (make po adds it, to be translated).
$(catalogue): config/po/zh_CN.po
	@mkdir -p $(@D)
	$(call say,PO)msgfmt --check-format -o $@ $<

texts    = $(wildcard drivers/*.[ch] collector/*.[ch])
keywords = say:2 say_of:2c,3 N_ N_OF:1c,2 SAY command_fail:3 act_refuse:2 refuse:2 act_done:2 import_fault:4 entry_say:2 tracing_say:2 faults_add:4 faults_say:2 LINK_FAULT:3 yaml_expected:3 FAULT:3 fault:3 warn:3 list_expect:2 say_own db_fail:3 wire_fail:3 stream_fail:3 verify_find:5 act_find:5 entry_find:4 journal_find:3 version_find:3 fail:2 unread:3 travel_refuse:3
po: build/zh_CN.po
	@cp $< config/po/zh_CN.po
	@msgattrib --untranslated --no-wrap $< | sed '1,/^$$/d'; msgfmt --statistics --check-format -o /dev/null $<

# What the catalogue would be by the sources: all of their texts, and no other.
build/zh_CN.po: build/coaltally.pot config/po/zh_CN.po
	@msguniq --use-first --no-wrap -o build/zh_CN.unique.po config/po/zh_CN.po
	@msgmerge --quiet --no-fuzzy-matching --no-location --no-wrap -o build/zh_CN.merged.po build/zh_CN.unique.po $<
	@msgattrib --no-obsolete --sort-output --no-wrap build/zh_CN.merged.po | sed '/^"POT-Creation-Date/d' >$@

build/coaltally.pot: $(texts) Makefile
	@mkdir -p $(@D)
	@xgettext --from-code=UTF-8 --no-location --sort-output --package-name=coaltally $(keywords:%=--keyword=%) -o $@ $(texts)

# Each text has its Chinese, and none is left that no source has.
language: build/zh_CN.po
	@! msgattrib --untranslated --no-wrap $< | sed '1,/^$$/d' | grep . || { echo "not in Chinese: make po, then config/po/zh_CN.po"; exit 1; }
	@! msgattrib --only-fuzzy $< | grep . || exit 1
	@cmp -s $< config/po/zh_CN.po || { echo "config/po/zh_CN.po is not as make po leaves it"; exit 1; }
	@msgfmt --check-format -o /dev/null $<

# What make bench measures with. listen is a program of its own, and knows none of ours.
benches = $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/*.c))
$(filter-out %/listen,$(benches)): $(BUILD)/collector.a
$(BUILD)/bench/%: $(BUILD)/tests/bench/%.o
	@mkdir -p $(@D)
	$(call say,LD)$(LINK) -o $@ $^ $(LIBS)

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)$(COMPILE) -c -o $@ $<

# A unit test is one file a module; it may include the .c it tests. From the
# archive a test takes only what it needs.
$(BUILD)/tests/all.a: $(modules) $(drivers) $(filter-out %/minesim.o,$(minesim))
	@mkdir -p $(@D); rm -f $@
	$(call say,AR)ar rcs $@ $^

$(BUILD)/tests/%.t: $(BUILD)/tests/unit/%_test.o $(BUILD)/tests/all.a
	$(call say,LD)$(LINK) -o $@ $^ $(LIBS) -lcmocka

# All tests; under a sanitizer those that tests/lists.mk names.
-include tests/lists.mk
every        = $(basename $(notdir $(wildcard tests/system/*.bats)))
system       = $(if $(findstring thread,$(SANITIZE)),$(filter $(thread_system),$(every)),$(filter-out $(without),$(every)))
without      = $(if $(findstring address,$(SANITIZE)),$(address_without))
check_units  = $(if $(findstring thread,$(SANITIZE)),$(filter $(thread_units:%=$(BUILD)/tests/%.t),$(units)),$(units))
check_system = $(patsubst %,tests/system/%.bats,$(filter $(system),$(first)) $(filter-out $(first),$(system)))

# What the tests run under: TAP, and its summary last.
check: all $(check_units)
	CMOCKA_MESSAGE_OUTPUT=TAP COALTALLY_BUILD=$(abspath $(BUILD)) prove $(PROVE_FLAGS) --timer $(check_system) $(check_units)

check-unit: $(units) $(catalogue)
	CMOCKA_MESSAGE_OUTPUT=TAP prove --ext .t $(BUILD)/tests

deps:
	@.ci/install build test

test: deps
	@$(MAKE) --no-print-directory -j$(jobs) check

demo:
	@.ci/install build demo
	@$(MAKE) --no-print-directory -j$(jobs) all
	@COALTALLY_BUILD=$(BUILD) simulators/demo

bench:
	@.ci/install build test bench
	@$(MAKE) --no-print-directory -j$(jobs) all $(benches)
	@COALTALLY_BUILD=$(BUILD) tests/bench/run

soak:
	@.ci/install build demo soak $(if $(filter rabbitmq,$(SOAK_BROKER)),cluster)
	@$(MAKE) --no-print-directory -j$(jobs) all
	@COALTALLY_BUILD=$(BUILD) tests/soak/run

# Fuzzers, with the drivers and what reads files alone; what they find lies in build/fuzzer/fuzz.
FUZZ_SECONDS ?= 60
fuzzers = $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/fuzz/*.c))
fuzzers: $(fuzzers)

$(BUILD)/fuzz/drivers.a: $(drivers) $(patsubst %,$(BUILD)/collector/%.o,csv charset stamp civil act json text words digest list travel travel_tables travel_payload travel_payload_read travel_file_judge travel_file_read db db_fault db_open db_backup file replica replica_message replica_message_read)
	@mkdir -p $(@D)
	$(call say,AR)rm -f $@; ar rcs $@ $^

$(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/fuzz/drivers.a
	$(call say,LD)$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS)

fuzz:
	@.ci/install build lint
	@$(MAKE) --no-print-directory -j$(jobs) CC=clang SANITIZE=fuzzer-no-link,address,undefined BUILD=build/fuzzer fuzzers
	@tests/fuzz/run build/fuzzer/fuzz $(FUZZ_SECONDS) $(FUZZERS)

# What CI wants besides the tests: both compilers and the manual without a warning, the one layout.
lint:
	@.ci/install build test lint
	@$(MAKE) --no-print-directory WERROR=1 CC=gcc BUILD=build/gcc all units
	@$(MAKE) --no-print-directory WERROR=1 CC=clang BUILD=build/clang all units
	@$(MAKE) --no-print-directory layout

layout:
	@! git grep -nE '^(<<<<<<<|>>>>>>>) '
	clang-format --dry-run --Werror $$(git ls-files '*.c' '*.h')
	mandoc -T lint -W error $(manuals) $(chinese)

units: $(units) $(catalogue)

# --- installation: DESTDIR, PREFIX ---

UNITDIR  ?= $(PREFIX)/lib/systemd/system
SYSUSERS ?= $(PREFIX)/lib/sysusers.d
share     = $(DESTDIR)$(PREFIX)/share
examples  = config/coaltally.yaml config/county.yaml config/roster.yaml config/mosquitto.conf config/mosquitto.acl config/mosquitto-bridge.conf simulators/scenarios/accidents.yaml
manuals   = $(wildcard config/man/*.[1-8])
chinese   = $(wildcard config/man/zh_CN/*.[1-8])

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(share)/coaltally/profiles $(share)/coaltally/seeds \
	    $(share)/doc/coaltally/examples $(DESTDIR)$(UNITDIR) $(DESTDIR)$(SYSUSERS) $(DESTDIR)/etc/coaltally
	install $(programs) $(DESTDIR)$(PREFIX)/bin
	install -m 644 drivers/profiles/*.yaml $(share)/coaltally/profiles
	install -m 644 seeds/*.yaml $(share)/coaltally/seeds
	install -m 644 README.md README.zh.md $(share)/doc/coaltally
	install -m 644 $(examples) $(share)/doc/coaltally/examples
	for page in $(manuals); do install -D -m 644 $$page $(share)/man/man$${page##*.}/$${page##*/}; done
	for page in $(chinese); do install -D -m 644 $$page $(share)/man/zh_CN/man$${page##*.}/$${page##*/}; done
	install -D -m 644 $(catalogue) $(share)/locale/zh_CN/LC_MESSAGES/coaltally.mo
	sed 's|@PREFIX@|$(PREFIX)|' config/coaltallyd.service >$(DESTDIR)$(UNITDIR)/coaltallyd.service
	chmod 644 $(DESTDIR)$(UNITDIR)/coaltallyd.service
	install -m 644 config/coaltally.sysusers $(DESTDIR)$(SYSUSERS)/coaltally.conf
	$(if $(DESTDIR),,command -v systemd-sysusers >/dev/null && systemd-sysusers $(SYSUSERS)/coaltally.conf || true)
	$(if $(DESTDIR),,! [ -d /run/systemd/system ] || systemctl daemon-reload)

# The Debian package, in build/. The tests are not part of it.
deb:
	@.ci/install build deb
	rm -rf build/deb && mkdir -p build/deb/coaltally-$(VERSION)
	cp -a Makefile README.md README.zh.md LICENSE collector drivers simulators config seeds build/deb/coaltally-$(VERSION)
	cp -a config/debian build/deb/coaltally-$(VERSION)/debian
	cd build/deb/coaltally-$(VERSION) && dpkg-buildpackage -us -uc -b >../log 2>&1 || { tail -30 ../log; exit 1; }
	@mv build/deb/*.deb build/ && ls build/*.deb

clean:
	rm -rf build .demo

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)
