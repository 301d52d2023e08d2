#!/usr/bin/env bash
# Evaluates a checkpoint on the models of timm and YOLOBench that training never saw.
#   test.sh [CHECKPOINT]                      default: checkpoints/default.safetensors
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"
checkpoint=${1:-checkpoints/default.safetensors}
data=${TACHO_DATA:-$root/../shared/data}
if [ ! -f "$data/timm/latency.csv" ]; then
  echo "test.sh: error: no latency data in $data; set TACHO_DATA to its folder" >&2
  exit 1
fi
tacho=build/release/bin/tacho
setting() { sed -n "s/^ *\"$1\": *\([0-9.]*\),\{0,1\}$/\1/p" "$here/config.json"; }

for set in timm yolobench; do
  graphs=build/data/$set
  split=build/data/split-$set
  if [ ! -d "$graphs" ]; then
    mkdir -p "$graphs.tmp"
    zstd -d --long=27 -c "$data/$set/onnx.tar.zst" | tar x -C "$graphs.tmp"
    mv "$graphs.tmp" "$graphs"
  fi
  "$tacho" dataset split "$data/$set/latency.csv" -o "$split" \
    --seed "$(setting split_seed)" --val "$(setting validation)" --test "$(setting test)" >/dev/null
  echo "$set, models not seen in training:"
  "$tacho" evaluate --checkpoint "$checkpoint" --labels "$split/test.csv" --graphs "$graphs"
done
