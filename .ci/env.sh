# Sourced by every script of this folder: the folders, the number of compile jobs, the environment R
# runs in, and the counting of passes and failures. Kept to bash 3.2, the oldest one still shipped.

set -euo pipefail

# Make hands its own options down to every make below it.
unset MAKEFLAGS MAKELEVEL MFLAGS

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$project"

cache=$project/.cache            # build trees, libraries, logs: may be deleted at any time
packages=$cache/packages         # R packages that the distribution does not have
library=$cache/library           # survlines itself, as installed for tests and reports
tally=$cache/tally               # one file a suite: "passed failed skipped"
mkdir -p "$packages" "$library" "$tally"

# Two compilers at most: a third one swaps on small machines and gains nothing on the others.
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
if [ "$jobs" -gt 2 ]; then jobs=2; fi

# A minimal system runs in the C locale, where R cannot print the package's own text.
if [ "$(locale charmap 2>/dev/null)" != UTF-8 ]; then export LC_ALL=C.UTF-8; fi
export TZ=${TZ:-UTC}

say() { printf '%s\n' "$*"; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# quietly NAME COMMAND...: the output goes to .cache/log/NAME and is shown if the command fails.
quietly() {
  local output=$cache/log/$1
  shift
  mkdir -p "$cache/log"
  if "$@" >"$output" 2>&1; then return; fi
  cat "$output"
  return 1
}

have() { command -v "$1" >/dev/null 2>&1; }

debian_has() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

debian_offers() { apt-cache show "$1" >/dev/null 2>&1; }

debian_r_package() { say "r-cran-$1" | tr '[:upper:]' '[:lower:]'; }

# R packages of the distribution are built for the distribution's R alone.
r_is_debians() { have dpkg-query && dpkg-query -S "$(R RHOME)/bin/R" >/dev/null 2>&1; }

# Debian's own -g makes one file of Eigen code a library of several megabytes, which the package
# check reports. A file the user has named in R_MAKEVARS_USER stands.
write_makevars() {
  local launcher=""
  if have ccache; then launcher="ccache "; fi
  {
    say "CFLAGS = -O2 -g0"
    say "CXXFLAGS = -O2 -g0"
    say "CXX17 = $launcher$(R CMD config --no-user-files CXX17)"
    say "CXX17FLAGS = -O2 -g0"
  } >"$cache/Makevars"
}

# Binary packages of the distribution live beside R; they stay in sight when R_LIBS_SITE points to
# another place. They come last, behind whatever the user's own libraries hold.
use_r() {
  have R || die "R is not installed: run .ci/install package"
  local site
  site=$(Rscript --vanilla -e 'cat(Sys.getenv("R_LIBS_SITE"))')
  export R_LIBS_SITE="${site:+$site:}$(R RHOME)/site-library"
  export R_LIBS="$packages${R_LIBS:+:$R_LIBS}"
  export MAKEFLAGS="-j$jobs"
  if [ -z "${R_MAKEVARS_USER:-}" ]; then
    write_makevars
    export R_MAKEVARS_USER=$cache/Makevars
  fi
}

# record SUITE PASSED FAILED SKIPPED
record() { say "$2 $3 $4" >"$tally/$1"; }

# count SUITE passed|failed|skipped; a suite that left no count has broken off.
count() {
  if [ ! -f "$tally/$1" ]; then
    if [ "$2" = failed ]; then say 1; else say 0; fi
    return
  fi
  local passed failed skipped
  read -r passed failed skipped <"$tally/$1"
  say "${!2}"
}

# settle SUITE STATUS: true when the suite passed. A suite whose program broke off after its last
# test (a leak, a crash on exit), or that ran no test, has no failed test to show for it: count one.
settle() {
  local passed failed skipped
  passed=$(count "$1" passed)
  failed=$(count "$1" failed)
  skipped=$(count "$1" skipped)
  if [ "$failed" -eq 0 ] && { [ "$2" -ne 0 ] || [ "$passed" -eq 0 ]; }; then failed=1; fi
  record "$1" "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ]
}

# close_tally SUITE...: prints the closing line; false when anything failed or nothing ran.
close_tally() {
  local suite passed=0 failed=0 skipped=0
  for suite in "$@"; do
    passed=$((passed + $(count "$suite" passed)))
    failed=$((failed + $(count "$suite" failed)))
    skipped=$((skipped + $(count "$suite" skipped)))
  done
  if [ "$skipped" -gt 0 ]; then
    say "$passed passed, $failed failed, $skipped skipped"
  else
    say "$passed passed, $failed failed"
  fi
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
