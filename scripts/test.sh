#!/usr/bin/env bash
# Builds everything and runs all tests; with --sanitize also the address and undefined-behaviour build.
# Tests that need the latency data ($TACHO_DATA or ../shared/data) say that they were skipped without it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

presets=(release)
for argument in "$@"; do
  case "$argument" in
    --sanitize) presets=(sanitize release) ;;
    *) echo "test.sh: error: unknown argument '$argument'; use --sanitize" >&2; exit 2 ;;
  esac
done

scripts/setup.sh all
for preset in "${presets[@]}"; do
  cmake --preset "$preset"
  cmake --build --preset "$preset"
  ctest --preset "$preset" -j "$(nproc)"
done
