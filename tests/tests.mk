# How the tests are built and run; a part of ../Makefile.

# NAME.c, or NAME_MORE.c, tests NAME where it is new: in the first lesson that
# has it, with the other modules of that lesson.
where    = $(call home,$(firstword $(subst _, ,$(1))).c)
UNITS   := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))

# A C file of tests/lessons that has a header is for all the programs there.
SHARED  := $(wildcard $(patsubst %.h,%.c,$(wildcard tests/lessons/*.h)))
CLIENTS := $(filter-out $(SHARED),$(wildcard tests/lessons/*.c))

# A program on the modules of lesson 6, with short times, for its tests.
ECHO    := $(call home,engineio.c)
$(BUILD)/echo: tests/programs/echo.c $(call modules,$(ECHO)) \
        $(wildcard $(ECHO)/*.[ch])
	$(CC) $(FLAGS) -I$(ECHO) -o $@ $< $(filter %.o,$^) $(LDFLAGS)

TESTS   := $(UNITS:%=$(BUILD)/tests/unit-%) \
           $(CLIENTS:tests/lessons/%.c=$(BUILD)/tests/lesson-%)
HEADERS := $(wildcard tests/*.h tests/*/*.h)

# build/check holds the options for Check: to compile, and below them to link.
$(BUILD)/check: $(BUILD)/flags $(filter deps,$(MAKECMDGOALS))
	@CC='$(CC)' sh tests/libcheck.sh > $@.now && mv $@.now $@

link = $(CC) $(FLAGS) -Itests -o $@ $(filter tests/%.c %.o %.a,$^) $(LDFLAGS) \
       `cat $(BUILD)/check`

$(BUILD)/tests/unit-%: tests/unit/%.c $$(call modules,$$(call where,$$*)) \
        $$(wildcard $$(call where,$$*)/*.[ch]) $(HEADERS) $(BUILD)/check
	$(link) -I$(call where,$*)

$(BUILD)/tests/lesson-%: tests/lessons/%.c $(BUILD)/tests/shared.a
	$(link)

# Programs built in another way: the memory of one runs out when it is told
# so, another takes messages of 16 MiB.
SCARCE := $(LESSONS:%=$(BUILD)/tests/scarce-%)
LARGE  := $(BUILD)/tests/large-05-websocket

$(SCARCE): $(BUILD)/tests/scarce-%: $$(wildcard $$*/*.[ch]) tests/scarce.c \
        $(BUILD)/flags
	$(CC) $(FLAGS) -Dmalloc=scarce_malloc -Dcalloc=scarce_calloc \
	    -Drealloc=scarce_realloc -o $@ $(filter %.c,$^) $(LDFLAGS)

$(LARGE): $(BUILD)/tests/large-%: $$(wildcard $$*/*.[ch]) $(BUILD)/flags
	$(CC) $(FLAGS) -DMAX_MESSAGE=16777216 -o $@ $(filter %.c,$^) $(LDFLAGS)

$(BUILD)/tests/lesson-scarce: $(SCARCE)
$(BUILD)/tests/lesson-05_scarce: $(BUILD)/tests/scarce-05-websocket
$(BUILD)/tests/lesson-06_scarce: $(BUILD)/tests/scarce-06-socketio-lite
$(BUILD)/tests/lesson-05_large: $(LARGE)
$(filter $(BUILD)/tests/lesson-06%,$(TESTS)): | $(BUILD)/echo

$(BUILD)/tests/browser: $(wildcard tests/browser/*.c) $(BUILD)/tests/shared.a
	$(link)

$(BUILD)/tests/shared.a: $(SHARED:tests/lessons/%.c=$(BUILD)/tests/%.o)
	rm -f $@; $(AR) rcs $@ $^

$(BUILD)/tests/%.o: tests/lessons/%.c $(HEADERS) $(BUILD)/check
	$(CC) $(FLAGS) -Itests -c -o $@ $< `head -n 1 $(BUILD)/check`

test: $(PROGRAMS) $(TESTS)
	@BUILD=$(BUILD) sh tests/run.sh $(TESTS)

# Of lesson 04: the units that are new there, 04.c, and all that begin 04_.
of_lesson = $(foreach u,$(UNITS),$(if $(filter $(1),$(call where,$(u))),\
                $(BUILD)/tests/unit-$(u))) \
            $(filter $(BUILD)/tests/lesson-$(firstword $(subst -, ,$(1)))_%,\
                $(TESTS))

test-%: $(BUILD)/$$(call folder,$$*) $$(call of_lesson,$$(call folder,$$*)) \
        $(BUILD)/tests/lesson-%
	@BUILD=$(BUILD) sh tests/run.sh $(filter $(BUILD)/tests/%,$^)

tests/lessons/%.c:
	@echo "No tests for it yet: they would be in $@"; false

test-browser: $(PROGRAMS) $(BUILD)/tests/browser
	@BUILD=$(BUILD) $(BUILD)/tests/browser

deps:
	@CC='$(CC)' sh tests/libcheck.sh install

# The stock client, for tests/lessons/06_stock.c.
stock:
	npm install --silent --no-save --prefix build/stock socket.io-client@4

.PHONY: test test-browser deps stock
