# The course: a lesson's checks, the program on the student's code, and the proof that both can be trusted.
#
# A check program is the exercise, the checks, the frame and the archives of the stack, in this order: the linker
# takes the exercise's functions, and leaves ours in the archive.

# Sanitized archives: those of MODE=asan, or the fuzz targets' where CI has made them anyway.
LESSON_MODE := $(if $(filter fuzz,$(MODE)),fuzz,asan)
LESSON_BUILD := build/$(LESSON_MODE)
LESSON_CXXFLAGS := -std=c++23 -I. $(FLAGS_$(LESSON_MODE)) $(WARNINGS) $(CXXFLAGS)
ifneq ($(LESSON_BUILD),$(BUILD))
$(eval $(call build_rules,$(LESSON_BUILD),$(LESSON_CXXFLAGS)))
$(foreach l,ip tcp http,$(eval $(call archive_rule,$(l),$(LESSON_BUILD))))
endif

lesson_dirs := $(patsubst %/lesson,%,$(sort $(wildcard lessons/[0-9]*-*/lesson)))
lesson_numbers := $(foreach d,$(lesson_dirs),$(firstword $(subst -, ,$(notdir $(d)))))
lesson_dir = $(wildcard lessons/$(1)-*)
# The file of the stack that the exercise is: "tcp/reassembler_insert.cc".
lesson_file = $(shell sed -n 's/^file: *//p' $(call lesson_dir,$(1))/lesson)
lesson_archives = $(foreach l,$(below_$(firstword $(subst /, ,$(1)))),$(LESSON_BUILD)/libglass_$(l).a)
lesson_frame := $(LESSON_BUILD)/libglass_lesson.a
$(lesson_frame): $(patsubst %.cc,$(LESSON_BUILD)/%.o,$(wildcard lessons/frame/*.cc))
	@rm -f $@
	$(AR) rcs $@ $^

# What check programs say is tested with what reads it.
$(BUILD)/tests/test_tools: $(BUILD)/lessons/frame/check.o $(BUILD)/lessons/frame/record.o

# A container used against its rules is found, too.
$(LESSON_BUILD)/lessons/%.o: OBJECT_FLAGS := -D_GLIBCXX_ASSERTIONS

# $(1): program, $(2): the exercise's object or nothing, $(3): number, $(4): its file
define lesson_program
$(1): $(2) $(LESSON_BUILD)/$(call lesson_dir,$(3))/check.o $(lesson_frame) $(call lesson_archives,$(4))
	@$(CXX) $(LESSON_CXXFLAGS) $$^ $(LDLIBS) -o $$@ 2>$$@.log || \
	{ lessons/why-not-linked $$@.log $$(patsubst %check.o,,$$(word 1,$$^)) $(LESSON_BUILD)/$(4:.cc=.o) >&2; exit 1; }
endef

define lesson_rules
$(call lesson_program,$(LESSON_BUILD)/lessons/$(1)/check,$(LESSON_BUILD)/$(call lesson_dir,$(1))/exercise.o,$(1),$(2))
$(call lesson_program,$(LESSON_BUILD)/lessons/$(1)/reference,,$(1),$(2))
$(LESSON_BUILD)/lessons/$(1)/check $(LESSON_BUILD)/lessons/$(1)/reference: | $(LESSON_BUILD)/lessons/$(1)/.
$(LESSON_BUILD)/lessons/$(1)/.:
	@mkdir -p $$@
endef
$(foreach n,$(lesson_numbers),$(eval $(call lesson_rules,$(n),$(call lesson_file,$(n)))))

# The mutants: our file with one patch each.
lesson_mutants = $(foreach p,$(wildcard $(call lesson_dir,$(1))/mutants/*.patch),$(LESSON_BUILD)/lessons/$(1)/mutants/$(basename $(notdir $(p))))
define mutant_rules
.PRECIOUS: $(LESSON_BUILD)/lessons/$(1)/mutants/%.cc $(LESSON_BUILD)/lessons/$(1)/mutants/%.o
$(LESSON_BUILD)/lessons/$(1)/mutants/%.cc: $(call lesson_dir,$(1))/mutants/%.patch $(2)
	@mkdir -p $$(@D)
	@patch --quiet --output=$$@ $(2) $$<
$(LESSON_BUILD)/lessons/$(1)/mutants/%.o: $(LESSON_BUILD)/lessons/$(1)/mutants/%.cc
	$(CXX) $(LESSON_CXXFLAGS) $$(OBJECT_FLAGS) -Wno-unused-function -c $$< -o $$@
$(call lesson_program,$(LESSON_BUILD)/lessons/$(1)/mutants/%,$(LESSON_BUILD)/lessons/$(1)/mutants/%.o,$(1),$(2))
endef
$(foreach n,$(lesson_numbers),$(eval $(call mutant_rules,$(n),$(call lesson_file,$(n)))))

# ---- targets -------------------------------------------------------------------------------------------------
.PHONY: check check-reference mine test-mine lesson-programs class-tree gradescope $(addprefix check-,$(lesson_numbers))
SEED ?=
$(addprefix check-,$(lesson_numbers)): check-%: $(BUILD)/glass $(LESSON_BUILD)/lessons/%/check
	@$(BUILD)/glass lesson check $* --program $(LESSON_BUILD)/lessons/$*/check $(if $(SEED),--seed $(SEED))

lesson_checks := $(foreach n,$(lesson_numbers),$(LESSON_BUILD)/lessons/$(n)/check)
lesson-programs: $(lesson_checks)

check: $(BUILD)/glass  ## the checks of all lessons on your exercises (make check-08: of one)
	@$(MAKE) --no-print-directory -k lesson-programs; \
	$(BUILD)/glass lesson check --programs $(LESSON_BUILD)/lessons

check-reference: setup-TEST $(BUILD)/glass $(lesson_checks) $(foreach n,$(lesson_numbers),$(LESSON_BUILD)/lessons/$(n)/reference $(call lesson_mutants,$(n)))  ## prove the lessons: stubs say TODO, ours passes, every mutant is caught and named
	@GLASS=$(abspath $(BUILD)/glass) lessons/prove $(LESSON_BUILD)/lessons

# Every exercise that is not TODO, then the archives: the program on the student's code, and the stack's own tests of
# exactness on it.
mine_exercises := $(shell grep -L 'glass::todo' /dev/null $(wildcard lessons/*/exercise.cc) | grep exercise)
mine_objects := $(call obj,$(mine_exercises)) build/mine/list
build/mine/list: FORCE
	@mkdir -p $(@D); echo '$(BUILD) $(mine_exercises)' | cmp -s - $@ || echo '$(BUILD) $(mine_exercises)' >$@
build/mine/glass: $(BUILD)/tools/main.o $(mine_objects) $(call archives_for,tools)
	$(CXX) $(ALL_CXXFLAGS) $(LDFLAGS) $(filter-out %/list,$^) $(LDLIBS) -o $@
exactness_tests := ip_fragments tcp_reassembler tcp_transfer tcp_world http_client_server
build/mine/exactness: $(exactness_tests:%=$(BUILD)/tests/test_%.o) $(BUILD)/tests/main.o $(mine_objects) $(call archives_for,http)
	$(CXX) $(ALL_CXXFLAGS) $(LDFLAGS) $(filter-out %/list,$^) -lrapidcheck $(LDLIBS) -o $@
runs_on = @echo "$(1) runs on: $(or $(mine_exercises),our code alone; every exercise is TODO)"
mine: setup-BUILD build/mine/glass  ## build/mine/glass: the program with every exercise that is not TODO
	$(call runs_on,build/mine/glass)
test-mine: setup-TEST mine build/mine/exactness  ## the stack's own tests of exactness, in memory and with real peers, on your exercises
	$(call runs_on,build/mine/exactness)
	@GLASS=build/mine/glass tests/run build/mine/exactness tests/live/exact_live.sh

# ---- for classes ---------------------------------------------------------------------------------------------
lesson_files := $(foreach n,$(lesson_numbers),$(call lesson_file,$(n)))
class-tree: setup-BUILD $(foreach f,$(lesson_files:.cc=.o),$(BUILD)/$(f) $(LESSON_BUILD)/$(f))  ## a tree for students in OUT=DIR, without our solutions
	@[ -n '$(OUT)' ] || { echo "make class-tree OUT=DIR" >&2; exit 2; }
	@lessons/class-tree '$(OUT)' $(BUILD) $(LESSON_BUILD)

gradescope: setup-TEST  ## build/gradescope.zip: an autograder for the last commit (SEED=N of its random cases)
	@rm -rf build/gradescope build/gradescope.zip; mkdir -p build/gradescope
	@cp lessons/gradescope/* build/gradescope/; echo $(or $(SEED),1) >build/gradescope/seed
	@git archive -o build/gradescope/glass.tar HEAD
	@cd build/gradescope && python3 -m zipfile -c ../gradescope.zip *
	@echo build/gradescope.zip
