#!/usr/bin/env bash
# clang-tidy over everything of ours, findings are errors. usage: tidy.sh [BUILD-FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build/dev}
[ -f "$build/compile_commands.json" ] || cmake --preset "$(basename "$build")" >/dev/null
git ls-files 'src/*.cc' | grep -v -E '_(test|fuzz)\.cc$' | xargs -P "$(nproc)" -n 4 clang-tidy-19 -p "$build" --quiet \
  --extra-arg=-Wno-unknown-warning-option 2>/dev/null
echo "clang-tidy: clean"
