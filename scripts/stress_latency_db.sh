#!/usr/bin/env bash
# Eight processes write to one SQLite database at once and one is killed with -9 at random, N times
# (default 100): no acknowledged measurement may be lost or doubled, the database must stay intact.
#   scripts/stress_latency_db.sh [N] [BUILD FOLDER]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
TACHO_STRESS_ROUNDS=${1:-100} exec "${2:-$root/build/release}/bin/latency_db_test" --gtest_filter='Writers.*'
