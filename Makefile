# Glass: build, test and demo. `make help` lists what there is; `make demo` and `make test` set themselves up.
#
#   make MODE=asan …   AddressSanitizer + UndefinedBehaviorSanitizer      make CXX=clang++-19 …   another compiler
#   make MODE=cover …  coverage counters                                  make WERROR=1 …         warnings are errors

MODE    ?= release
BUILD   ?= build/$(MODE)
prefix  ?= /usr/local
DESTDIR ?=
LAYERS  := ip tcp http tools
# None of make's own rules, which would be tried for every header: without them it starts three times as quickly.
MAKEFLAGS += -r
# MAKEFLAGS brings no -j of its own: use the cores there are.
ifeq (,$(filter -j%,$(MAKEFLAGS)))
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif

# ---- flags ---------------------------------------------------------------------------------------------------
FLAGS_release := -O2
FLAGS_asan    := -O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
FLAGS_cover   := -O0 -g --coverage
FLAGS_fuzz    := -O1 -g1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
ifeq (,$(FLAGS_$(MODE)))
$(error MODE=$(MODE) is none of: release asan cover)
endif
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wcast-qual $(if $(WERROR),-Werror)
CXXFLAGS ?=
ALL_CXXFLAGS := -std=c++23 -I. $(FLAGS_$(MODE)) $(WARNINGS) $(CXXFLAGS)
LDLIBS := -lpcap -lfmt -lz -lzstd -lnettle -lmd4c-html

# ---- set-up: Debian packages ---------------------------------------------------------------------------------
PACKAGES_BUILD := g++ libpcap-dev libcli11-dev libfmt-dev zlib1g-dev libzstd-dev nettle-dev libmd4c-dev libmd4c-html0-dev \
                  node-d3-scale node-d3-shape node-d3-axis node-d3-selection
PACKAGES_TEST  := patch git doctest-dev librapidcheck-dev python3 iproute2 iputils-ping tcpdump ethtool zstd curl wget
# What live tests take beside: `make test` skips, and says so, where they are missing; CI has them.
PACKAGES_LIVE  := chromium chromium-driver curl hping3 ncat nftables nginx-light procps socat tshark wget
PACKAGES_BENCH := libbenchmark-dev libtins-dev libhttp-parser-dev python3 tcpdump tcpflow tshark iproute2 nftables ethtool curl nginx-light wrk
PACKAGES_FUZZ  := clang-19 libclang-rt-19-dev python3
PACKAGES_LINT  := clang-tidy-19 clang-format
# Installs what is missing of $(1); silent where nothing is. A stamp keeps the second run instant, a lock keeps
# apt-get from meeting itself under -j.
define set_up
@[ -e build/setup/$(1) ] && [ ! Makefile -nt build/setup/$(1) ] || { mkdir -p build/setup; \
missing=; for p in $(PACKAGES_$(1)); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q ' installed' || missing="$$missing $$p"; done; \
if [ -n "$$missing" ]; then \
  command -v apt-get >/dev/null || { echo "make: please install what Debian calls:$$missing" >&2; exit 1; }; \
  as=; [ "$$(id -u)" = 0 ] || as=sudo; echo "Installing Debian packages:$$missing"; \
  exec 9>build/setup/lock; flock 9; \
  export DEBIAN_FRONTEND=noninteractive; \
  $$as apt-get install -y -qq --no-install-recommends $$missing >build/setup/log 2>&1 || \
  { $$as apt-get update -qq && $$as apt-get install -y -qq --no-install-recommends $$missing; } >build/setup/log 2>&1 || \
  { cat build/setup/log >&2; echo "make: could not install:$$missing" >&2; exit 1; }; fi; touch build/setup/$(1); }
endef

.DEFAULT_GOAL := glass
.PHONY: glass demo test requirements bench fuzz layers format format-check lint install uninstall cover help clean \
        setup-BUILD setup-TEST setup-BENCH setup-LIVE setup-FUZZ setup-LINT FORCE
.DELETE_ON_ERROR:
# A static pattern rule: make looks for no implicit rules of phony targets.
setup-BUILD setup-TEST setup-BENCH setup-LIVE setup-FUZZ setup-LINT: setup-%:
	$(call set_up,$*)

# ---- objects, archives, the program --------------------------------------------------------------------------
src = $(sort $(wildcard $(1)/*.cc))
obj = $(patsubst %.cc,$(BUILD)/%.o,$(1))
archive = $(if $(call src,$(1)),$(BUILD)/libglass_$(1).a)
# What links with a layer: itself and what lies below it, in link order.
below_ip    := ip
below_tcp   := tcp ip
below_http  := http tcp ip
below_tools := tools http tcp ip
archives_for = $(foreach l,$(below_$(1)),$(call archive,$(l)))

glass: setup-BUILD $(BUILD)/glass

$(BUILD)/glass: $(BUILD)/tools/main.o $(call archives_for,tools)
	$(CXX) $(ALL_CXXFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

# The live page's files, put into the program.
extra_tools := tools/web.o
# $(1): layer, $(2): folder of the build. A class's tree has objects instead of the sources of the exercises.
define archive_rule
$(2)/libglass_$(1).a: $(patsubst %.cc,$(2)/%.o,$(filter-out tools/main.cc,$(call src,$(1)))) $(addprefix $(2)/,$(extra_$(1))) $(wildcard lessons/ours/$(notdir $(2))/$(1)/*.o)
	@rm -f $$@
	$$(AR) rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call archive_rule,$(l),$(BUILD))))

# Objects in the folder $(1) with the flags $(2), which are kept: other flags make the objects anew.
define build_rules
$(1)/flags: FORCE | setup-BUILD
	@mkdir -p $$(@D); echo '$(CXX) $(2)' | cmp -s - $$@ || echo '$(CXX) $(2)' >$$@
$(1)/%.o: %.cc $(1)/flags $(3)
	@mkdir -p $$(@D)
	$$(CXX) $(2) $$(OBJECT_FLAGS) -MMD -MP -c $$< -o $$@
$(1)/tools/web.o: tools/web.S $(wildcard tools/web/*) $(1)/flags
	@mkdir -p $$(@D)
	$$(CXX) -c $$< -o $$@
-include $$(shell find $(1) -name '*.d' 2>/dev/null)
endef
FORCE:

# What most files include, parsed once for all of them, which takes a third off a build. PRECOMPILE= goes without, as do
# a cache of the compiler's and clang-tidy, which notice a missing include.
PRECOMPILE ?= $(if $(filter ccache,$(CXX)),,yes)
ifneq (,$(PRECOMPILE))
PRECOMPILED := $(BUILD)/layers.h.gch
COMMON_layers := algorithm array charconv chrono cstdint cstring deque expected filesystem fmt/format.h fstream functional \
                 map memory optional random set span sstream string string_view unordered_map variant vector
COMMON_tests  := $(COMMON_layers) doctest/doctest.h
$(BUILD)/%.o: OBJECT_FLAGS = -include $(BUILD)/layers.h
$(BUILD)/layers.h.gch: OBJECT_FLAGS :=
$(BUILD)/tests.h.gch: OBJECT_FLAGS := -O0
$(BUILD)/layers.h.gch $(BUILD)/tests.h.gch: $(BUILD)/%.h.gch: $(BUILD)/flags
	printf '#include <%s>\n' $(COMMON_$*) >$(BUILD)/$*.h
	$(CXX) $(ALL_CXXFLAGS) $(OBJECT_FLAGS) -xc++-header $(BUILD)/$*.h -o $@
endif
$(eval $(call build_rules,$(BUILD),$(ALL_CXXFLAGS),$(PRECOMPILED)))
# A test runs once: compiling it quickly is worth more than running it quickly.
$(BUILD)/tests/test_%.o: OBJECT_FLAGS = -O0 $(if $(PRECOMPILE),-include $(BUILD)/tests.h)

# ---- tests: one program a layer, linked with that layer and those below it only --------------------------------
test_src = $(filter tests/test_$(1)_%.cc,$(call src,tests))
test_programs := $(foreach l,$(LAYERS),$(if $(call test_src,$(l)),$(BUILD)/tests/test_$(l)))
define test_rule
$(BUILD)/tests/test_$(1): $(call obj,$(call test_src,$(1))) $(BUILD)/tests/main.o $(call archives_for,$(1))
	$(CXX) $(ALL_CXXFLAGS) $(LDFLAGS) $$^ -lrapidcheck $(LDLIBS) -o $$@
endef
$(foreach l,$(LAYERS),$(eval $(call test_rule,$(l))))
test_objects := $(foreach l,$(LAYERS),$(call obj,$(call test_src,$(l))))
$(test_objects) $(BUILD)/tests/main.o: | setup-TEST
ifneq (,$(PRECOMPILE))
$(test_objects): $(BUILD)/tests.h.gch
$(BUILD)/tests.h.gch: | setup-TEST
endif

# What scripts of tests/live need besides the program.
live_programs := $(patsubst %.cc,$(BUILD)/%,$(wildcard tests/live/*.cc))
$(BUILD)/tests/live/%: $(BUILD)/tests/live/%.o $(call archives_for,tcp)
	$(CXX) $(ALL_CXXFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

test: setup-BUILD setup-TEST $(test_programs) $(live_programs) $(BUILD)/glass layers  ## all tests; MODE=asan runs them under the sanitizers
	@GLASS=$(abspath $(BUILD)/glass) tests/run $(test_programs)

requirements: setup-BUILD setup-TEST $(test_programs)  ## RFC 9293 item by item: where each is tested, and how that ends
	@tests/requirements_check $(test_programs)

layers: setup-TEST  ## prove that includes point down only: ip <- tcp <- http <- tools
	@tests/layers

# ---- benchmarks and fuzzing ----------------------------------------------------------------------------------
bench_programs := $(patsubst %.cc,$(BUILD)/%,$(wildcard tests/bench/*.cc))
$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(call archives_for,tools)
	$(CXX) $(ALL_CXXFLAGS) $(LDFLAGS) -Wl,--as-needed $^ -ltins -lhttp_parser -lbenchmark $(LDLIBS) -o $@
$(addsuffix .o,$(bench_programs)): | setup-BENCH
bench: setup-BUILD setup-BENCH $(BUILD)/glass $(bench_programs)  ## functions, and whole commands beside their peers
	@GLASS=$(abspath $(BUILD)/glass) tests/bench/run $(BUILD)/tests/bench $(BENCH_FLAGS)

FUZZ_SECONDS ?= 20
fuzz_targets := $(patsubst tests/fuzz/%.cc,%,$(wildcard tests/fuzz/fuzz_*.cc))
build/fuzz/%: build/fuzz/tests/fuzz/%.o $(call archives_for,tools)
	$(CXX) $(ALL_CXXFLAGS) -fsanitize=fuzzer $^ $(LDLIBS) -o $@
fuzz: setup-BUILD setup-FUZZ  ## a short run of every fuzz target (FUZZ_SECONDS=20 each)
	@$(MAKE) --no-print-directory MODE=fuzz CXX=clang++-19 $(addprefix build/fuzz/,$(fuzz_targets))
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run $(fuzz_targets)

include lessons/lessons.mk

# ---- the rest ------------------------------------------------------------------------------------------------
demo: glass  ## the main job on real input: what is in this capture?
	@captures/demo $(BUILD)/glass

SOURCES = $(shell git ls-files '*.cc' '*.h')
format: setup-LINT  ## clang-format all sources
	clang-format -i $(SOURCES)
format-check: setup-LINT
	clang-format --dry-run --Werror $(SOURCES)
# clang-tidy 14 does not know C++23. Without the analyzer, which takes as long again to find less than the sanitizers do.
TIDY_CHECKS := -*,performance-*,-performance-no-automatic-move,-performance-inefficient-string-concatenation,-performance-enum-size,-performance-inefficient-vector-operation,bugprone-use-after-move,bugprone-dangling-handle,bugprone-infinite-loop,bugprone-sizeof-*,bugprone-integer-division,bugprone-misplaced-widening-cast,bugprone-too-small-loop-variable,bugprone-unused-raii,bugprone-unused-local-non-trivial-variable
lint: setup-BUILD setup-TEST setup-LINT  ## clang-tidy all sources
	@printf '%s\n' $(filter-out tests/bench/% tests/fuzz/%,$(filter %.cc,$(SOURCES))) | xargs -P "$$(nproc)" -n 4 \
	  sh -c 'clang-tidy-19 --quiet --warnings-as-errors="*" --checks="$(TIDY_CHECKS)" "$$@" -- -std=c++23 -I. 2>/dev/null' tidy

# Open to all, because some tests give up root's rights, and count, too.
cover:  ## line coverage of the tests, worst files first
	@umask 0; $(MAKE) --no-print-directory MODE=cover test; status=$$?; tests/coverage build/cover && exit $$status

install: glass  ## the program, its man page and completions; DESTDIR and prefix are honoured
	install -Dm755 $(BUILD)/glass $(DESTDIR)$(prefix)/bin/glass
	install -Dm644 tools/glass.1 $(DESTDIR)$(prefix)/share/man/man1/glass.1
	install -Dm644 tools/completion/glass.bash $(DESTDIR)$(prefix)/share/bash-completion/completions/glass
	install -Dm644 tools/completion/_glass $(DESTDIR)$(prefix)/share/zsh/site-functions/_glass
	install -Dm644 tools/completion/glass.fish $(DESTDIR)$(prefix)/share/fish/vendor_completions.d/glass.fish
uninstall:
	rm -f $(addprefix $(DESTDIR)$(prefix)/,bin/glass share/man/man1/glass.1 \
	  share/bash-completion/completions/glass share/zsh/site-functions/_glass share/fish/vendor_completions.d/glass.fish)

help:
	@echo "make                 build the program: $(BUILD)/glass"
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/\1\t\2/p' Makefile lessons/lessons.mk | sort | awk -F'\t' '{printf "make %-15s %s\n", $$1, $$2}'
	@echo "make clean           remove build/"

clean:
	rm -rf build
