# Six ways to get a message from a server to a browser.
#
#   make               builds every lesson into build/
#   make run-04        builds and runs lesson 4 until Ctrl-C; with PORT=8080,
#                      ADDRESS=0.0.0.0 (lets others in), VERBOSE=1 (traces)
#   make run-mine      the same for a folder of your own: cp -r 04-sse mine
#   make diff-04       shows what is new in lesson 4: a diff from lesson 3;
#                      diff-mine: from the lesson that it is a copy of
#   make test          all tests that need only Check: one to two minutes
#   make test-04       those of lesson 4 alone, of its new files, its program
#   make test-browser  the pages in a real Chromium, if any: three minutes
#   make deps          installs Check with the system's package manager
#   make stock         gets socket.io-client from npm for one more test
#   make clean         removes build/
#
#   make carry         copies each file to the later lessons that have it
#   make check-course  checks the course's own rules: copies, words, sizes
#   make check-format  checks the layout of the C files with clang-format
#
#   With any of them: CC=clang, CFLAGS=-O0, WERROR=1, or SANITIZE=1, which adds
#   checks of addresses and undefined behaviour and builds into build/sanitize

BUILD := build
FLAGS := -std=c11 -D_XOPEN_SOURCE=700 -O2 -g \
         -Wall -Wextra -Wpedantic -Wshadow -Wconversion
ifdef WERROR
FLAGS += -Werror
endif
ifdef SANITIZE
BUILD := build/sanitize
FLAGS += -fsanitize=address,undefined -fno-sanitize-recover=all
endif
FLAGS += $(CFLAGS)

LESSONS  := $(patsubst %/main.c,%,$(sort $(wildcard [0-9][0-9]-*/main.c)))
PROGRAMS := $(LESSONS:%=$(BUILD)/%)
FOLDERS  := $(patsubst %/main.c,%,$(sort $(wildcard */main.c)))

all: $(PROGRAMS)

# A program is all C files of a folder, a lesson's or your own. What folders
# carry is compiled once, in the first that has it (home); but not while any
# copies differ, as a student's may.
home    = $(firstword $(foreach l,$(FOLDERS),$(if $(wildcard $(l)/$(1)),$(l))))
differ := $(shell cksum $(FOLDERS:%=%/*.[ch]) | sed 's, .*/, ,; / main\.c$$/d' \
              | sort -u | cut -d ' ' -f 2 | sort | uniq -d)
modules = $(foreach f,$(filter-out main.c,$(notdir $(wildcard $(1)/*.c))),\
              $(BUILD)/obj/$(if $(differ),$(1),$(call home,$(f)))/$(f:.c=.o))

.SECONDEXPANSION:
$(BUILD)/obj/%.o: %.c $$(wildcard $$(*D)/*.h) $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -c -o $@ $<

$(BUILD)/%: %/main.c $$(call modules,$$*) $$(wildcard $$*/*.[ch])
	$(CC) $(FLAGS) -o $@ $< $(filter %.o,$^) $(LDFLAGS)

# Changes when the compiler or its flags do; then everything is built anew.
$(BUILD)/flags: always
	@mkdir -p $(BUILD)/tests; echo '$(CC) $(FLAGS) $(LDFLAGS)' > $@.now
	@cmp -s $@.now $@ || cp $@.now $@

# The folder of lesson 04 (or 4), or the one that has just this name.
folder = $(firstword $(filter $(1)-% 0$(1)-%,$(LESSONS)) $(1))

run-%: $(BUILD)/$$(call folder,$$*)
	@exec $< -w www $(if $(VERBOSE),-v) \
	    $(if $(ADDRESS),-a '$(ADDRESS)') $(if $(PORT),-p '$(PORT)')

diff-%: $$(call folder,$$*)/main.c
	@old=`sed -n 's/.*server_init("\([^"]*\)".*/\1/p' $<`; [ "$$old" != $(<D) ] || \
	for l in $(LESSONS); do [ $$l != $(<D) ] || break; old=$$l; done; \
	diff -ruN -x 'README*' $$old $(<D) || [ $$? = 1 ]

%/main.c:
	@echo "No lesson and no folder '$*' with a main.c: there are $(LESSONS)"; \
	false

include tests/tests.mk

carry check-course:
	@sh tests/course.sh $@

check-format:
	@clang-format --dry-run -Werror $(wildcard [0-9][0-9]-*/*.[ch]) \
	    $(wildcard tests/*.[ch] tests/*/*.[ch])

help:
	@sed -n 's/^#   /  /p' Makefile

clean:
	rm -rf build

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all always carry check-course check-format help clean
