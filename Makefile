# SPDX-License-Identifier: Apache-2.0
# make          build the three programs into build/
# make demo     everything working on simulated mines, in one command
# make test     all tests, in one command
# V=1 shows the commands; SANITIZE=address,undefined or thread builds into a folder of its own.

CFLAGS  ?= -O2 -g
PREFIX  ?= /usr/local
BUILD   ?= build$(if $(SANITIZE),/$(subst $(comma),-,$(SANITIZE)))
comma   := ,

VERSION  := 0.1.0
packages  = libmodbus sqlite3 yaml-0.1 jansson libcrypto libsystemd
# Texts for people are cut to their buffers on purpose: -Wno-format-truncation.
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes $(if $(findstring clang,$(CC)),,-Wno-format-truncation) $(if $(WERROR),-Werror)
CPPFLAGS += -D_GNU_SOURCE -I. -DCOALTALLY_VERSION='"$(VERSION)"' -DCOALTALLY_DATA='"$(PREFIX)/share/coaltally"'
COMPILE   = $(CC) -std=c11 $(CPPFLAGS) $(WARNINGS) $(CFLAGS) $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer) \
            $(cached_cflags) -MMD -MP -pthread
LINK      = $(CC) $(CFLAGS) $(if $(SANITIZE),-fsanitize=$(SANITIZE)) $(LDFLAGS) -pthread
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
units     = $(patsubst tests/unit/%_test.c,$(BUILD)/tests/%.t,$(wildcard tests/unit/*_test.c))

say = $(if $(V),,@echo "  $(1)" $(patsubst $(BUILD)/%,%,$@);)$(if $(V),,)

.PHONY: all deps demo test check bench install deb clean format help
.SECONDARY:
all: $(programs)

$(BUILD)/coaltallyd: $(BUILD)/collector/coaltallyd.o $(modules) $(drivers)
$(BUILD)/coaltally: $(BUILD)/collector/coaltally.o $(commands) $(modules) $(drivers)
$(BUILD)/minesim: $(minesim) $(drivers)
$(programs):
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

# What the tests run under: TAP, and its summary last.
check: all $(units)
	CMOCKA_MESSAGE_OUTPUT=TAP COALTALLY_BUILD=$(abspath $(BUILD)) prove $(PROVE_FLAGS) --timer --ext .t --ext .bats $(BUILD)/tests $(wildcard tests/system)

check-unit: $(units)
	CMOCKA_MESSAGE_OUTPUT=TAP prove --ext .t $(BUILD)/tests

deps:
	@.ci/install build test

test: deps
	@$(MAKE) --no-print-directory check

clean:
	rm -rf build .demo

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
