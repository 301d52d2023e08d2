#!/usr/bin/env bash
# How long `tacho query` takes, whole process, for a network that was measured, in a database of N
# measurements (default 1,000,000).
#   tests/bench/latency_db_query.sh [N] [MODEL] [BUILD FOLDER]
# Checks first that the answer is the measured one. Prints the median, the fastest and the 95 % quantile
# of 100 runs, after 10 that are not counted; and the same of `tacho --version`, which is what
# starting a program costs.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
measurements=${1:-1000000} model=${2:-family:resnet:1} build=${3:-$root/build/release}
tacho=$build/bin/tacho platform=cpu-fake-counted-fp32
folder=$(mktemp -d "${TMPDIR:-/tmp}/tacho_query_XXXXXX")
trap 'rm -rf "$folder"' EXIT
db=$folder/latency.sqlite

"$build/bin/latency_db_writer" fill "$db" "$((measurements - 1))"
"$tacho" measure "$model" --backend fake --db "$db" --csv > "$folder/measured.csv"
"$tacho" query "$model" --platform $platform --db "$db" --csv > "$folder/answer.csv"
expected=$(tail -n 1 "$folder/measured.csv" | awk -F, '{print $(NF-3)}')
grep -q ",$expected,measured," "$folder/answer.csv" || {
  echo "latency_db_query.sh: error: the answer is not the measurement ($expected):" >&2
  cat "$folder/answer.csv" >&2
  exit 1
}

times() {  # label, command…
  local label=$1; shift
  for ((i = 0; i < 110; ++i)); do
    local start=${EPOCHREALTIME/./}
    "$@" > /dev/null
    local end=${EPOCHREALTIME/./}
    if ((i >= 10)); then echo $((end - start)); fi
  done | sort -n | awk -v label="$label" '{t[NR] = $1 / 1000}
    END {printf "%-34s median %.1f ms, fastest %.1f, 95 %% quantile %.1f\n", label, t[50], t[1], t[95]}'
}
echo "$(du -m "$db" | cut -f 1) MB, $measurements measurements, $model"
times "tacho query" "$tacho" query "$model" --platform $platform --db "$db" --csv
times "tacho --version" "$tacho" --version
