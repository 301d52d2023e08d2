#!/usr/bin/env bash
# Fits checkpoints/linear.json to all platforms of timm and YOLOBench.
#   train.sh [arguments of tacho linear fit]        e.g. --two-range
set -euo pipefail
. "$(dirname "$0")/data.sh"
cmake --preset release >/dev/null
cmake --build --preset release --target tacho
mkdir -p checkpoints
exec "$tacho" linear fit --labels "$data/timm/latency.csv" --graphs build/data/timm \
  --labels "$data/yolobench/latency.csv" --graphs build/data/yolobench \
  --seed "$split_seed" --test "$test_share" --write-weight "$write_weight" \
  -o checkpoints/linear.json "$@"
