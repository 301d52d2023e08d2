#!/usr/bin/env bash
# Holds the three predictors of train.sh against the networks that none of them saw.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
cd "$root"
tacho=build/release/bin/tacho
labels=build/kernel_level/split/test.csv
if [ ! -f "$labels" ]; then
  echo "test.sh: error: no $labels; run train.sh first" >&2
  exit 1
fi
platform=$(awk -F, 'NR == 2 { print $3 }' "$labels")
for kind in gnn kernel linear; do
  case $kind in
    gnn) model=build/kernel_level/gnn.safetensors ;;
    kernel) model=build/kernel_level/kernels_cpu.safetensors ;;
    linear) model=build/kernel_level/linear.json ;;
  esac
  echo "$kind ($model):"
  "$tacho" evaluate --predictor "$kind" --checkpoint "$model" --labels "$labels" \
    --graphs build/data/timm --platform "$platform"
done
