#!/usr/bin/env bash
# Measures networks on this machine's processor: timm's graphs of 0.1 to 4 GMACs and under 100 million
# parameters, batch 1, one thread, LibTorch operator by operator.
#   measure_networks.sh [LABELS.csv]        default: dataset/local_cpu/networks.csv
# The graphs hold no weights; made-up ones take their place. About six minutes; a killed run goes on.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
cd "$root"
labels=${1:-dataset/local_cpu/networks.csv}
data=${TACHO_DATA:-$root/../shared/data}
if [ ! -f "$data/timm/onnx.tar.zst" ]; then
  echo "measure_networks.sh: error: no graphs in $data; set TACHO_DATA to its folder" >&2
  exit 1
fi
tacho=build/release/bin/tacho
graphs=build/data/timm
if [ ! -d "$graphs" ]; then
  mkdir -p "$graphs.tmp"
  zstd -d --long=27 -c "$data/timm/onnx.tar.zst" | tar x -C "$graphs.tmp"
  mv "$graphs.tmp" "$graphs"
fi

mapfile -t chosen < <("$tacho" show "$graphs" --csv 2>/dev/null |
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
           { macs = $column["macs"]; params = $column["params"] }
           macs >= 1e8 && macs <= 4e9 && params < 1e8 { print $column["model"] }')
mkdir -p "$(dirname "$labels")"
"$tacho" measure "${chosen[@]}" --graphs "$graphs" --backend libtorch:threads=1 \
  --min-seconds 0.2 --min-runs 7 -o "$labels"
