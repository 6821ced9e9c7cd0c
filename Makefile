# Every target installs what it lacks by itself (.ci/install) and leaves the user's own R libraries
# alone. Results for people go to out/, everything else to .cache/.

.PHONY: help report test check fuzz mutants interop core-test instructions bench reconstruct format lint document clean

help:
	@echo "make report       the osteosarcoma report, HTML and Word, in out/"
	@echo "make test         all tests, of the R package and of the C++ core"
	@echo "make core-test    the tests of the C++ core alone, without R"
	@echo "make check        R CMD build and R CMD check --as-cran"
	@echo "make fuzz         malformed calls and random comparisons in full, with a fresh seed; see .ci/fuzz"
	@echo "make mutants      whether the tests notice committed faults; see .ci/mutants"
	@echo "make interop      fits in ggsurvfit, gtsummary, survminer, marginaleffects; see .ci/interop"
	@echo "make document     NAMESPACE, man/ and RcppExports from the sources"
	@echo "make format       clang-format, in place"
	@echo "make lint         lintr and clang-format, reporting only"
	@echo "make instructions  instructions that kernels of the core take, against the committed counts"
	@echo "make bench        speed and memory beside other packages; CASES=\"Cox 1e7\" chooses, SIZE=small tries"
	@echo "make reconstruct  the shipped registry tables, found again from the publication"
	@echo "make clean        remove out/ and .cache/"

report:
	@.ci/install report
	@.ci/report

test:
	@.ci/install test
	@.ci/test

check:
	@.ci/install check
	@.ci/check

fuzz:
	@.ci/install test
	@.ci/fuzz

mutants:
	@.ci/install core test
	@.ci/mutants

interop:
	@.ci/install interop
	@.ci/interop

core-test:
	@.ci/install core
	@.ci/test-core

instructions:
	@.ci/install instructions
	@.ci/instructions

bench:
	@.ci/install bench
	@.ci/bench

reconstruct:
	@.ci/install reconstruct
	@.ci/reconstruct

format:
	@.ci/install format
	@.ci/format

lint:
	@.ci/install lint
	@.ci/lint

document:
	@.ci/install document
	@.ci/document

clean:
	rm -rf out .cache
