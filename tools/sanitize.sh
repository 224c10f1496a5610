#!/usr/bin/env bash
# The kernels under AddressSanitizer and UndefinedBehaviorSanitizer, and with every index in their
# gate checked: fails at the first report.
# Needs gcc, and the packages that development needs (see CONTRIBUTING.md). From any clone:
#   bash tools/sanitize.sh [arguments of pytest]     the kernels' own tests, unless others are named
#   bash tools/sanitize.sh --all                     all tests
#   bash tools/sanitize.sh --run COMMAND ARGUMENTS   anything else, as: python -m tools.fuzz
# With CHECKS=thread under ThreadSanitizer instead, which looks for races and takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
site=$work/site

checks=${CHECKS:-address,undefined}
case $checks in
  thread) library=libtsan.so flags= tests=(tests/kernels/test_same_everywhere.py -k 'cheap or parts') ;;
  *) library=libasan.so flags='-fno-sanitize-recover=all -fsanitize=float-cast-overflow'
     tests=(tests/kernels tests/test_quantize.py) ;;
esac
options=(-Dchecked=true -Dbuildtype=debugoptimized -Db_lundef=false "-Db_sanitize=$checks")
options+=("-Dc_args=$flags -fno-omit-frame-pointer")
options+=("-Dpython.platlibdir=$site" "-Dpython.purelibdir=$site")
CC=gcc meson setup "$work/build" "${options[@]}" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
meson install -C "$work/build" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }

# An editable install would come before PYTHONPATH.
cat > "$site/sitecustomize.py" <<'PYTHON'
import sys

sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != "MesonpyMetaFinder"]
PYTHON

export PYTHONPATH=$site
export ASAN_OPTIONS=detect_leaks=0
export UBSAN_OPTIONS=print_stacktrace=1
# Python itself isn't built with the sanitizers, so they must be there before it; and the C++
# library before other packages throw exceptions.
preload="$(gcc -print-file-name=$library) $(gcc -print-file-name=libstdc++.so.6)"

watched=$(LD_PRELOAD=$preload python -c 'import huepress._kernels.gate as gate; print(gate.__file__)')
case $watched in "$site"/*) ;; *) echo "tests would use $watched instead of $site"; exit 1 ;; esac

# Sanitizers take terabytes of address space and several times as long: so not those tests that
# limit either; nor those that start Python without PYTHONPATH.
unfit=(--ignore=tests/tools/test_hostile.py --ignore=tests/cli/test_signals.py
  --ignore=tests/bench/test_commits.py --ignore=tests/tools/test_fuzz.py
  --deselect=tests/batch/test_faults.py::test_a_huge_file_that_is_no_image_is_not_read
  --deselect=tests/cli/test_errors.py::test_an_interrupt_is_quiet)

case ${1-} in
  --run) shift; LD_PRELOAD=$preload "$@"; exit ;;
  --all) shift; set -- tests "${unfit[@]}" "$@" ;;
  "") set -- "${tests[@]}" ;;
esac
# Sanitizers write to the standard error stream itself, which pytest would keep to itself.
LD_PRELOAD=$preload python -m pytest -p no:cacheprovider --capture=sys "$@"
