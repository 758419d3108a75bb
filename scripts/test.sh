#!/usr/bin/env bash
# Everything CI checks, cheapest first:
#   format, unit tests and fuzz corpora under ASan+UBSan, the release build, the tests of the real binaries on SQLite and
#   on PostgreSQL, clang-tidy.
set -euo pipefail
cd "$(dirname "$0")/.."

phase() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }

phase "format"
git ls-files '*.cc' '*.h' | xargs clang-format-19 --dry-run -Werror

phase "build with ASan and UBSan"
cmake --preset asan >/dev/null
cmake --build build/asan

phase "unit tests and fuzz corpora under ASan and UBSan"
export ASAN_OPTIONS="detect_leaks=1:abort_on_error=1:${ASAN_OPTIONS:-}" UBSAN_OPTIONS="print_stacktrace=1:${UBSAN_OPTIONS:-}"
ctest --test-dir build/asan --output-on-failure -j2 --no-tests=error

phase "release build"
make --no-print-directory build

phase "the real binaries"
python3 -m pytest -q tests

phase "the real binaries on PostgreSQL"
scripts/with_postgres.sh python3 -m pytest -q tests/test_pipeline.py tests/test_crash.py tests/test_contract.py tests/test_client_calls.py

phase "clang-tidy"
scripts/tidy.sh build/asan

phase "done"
