#!/usr/bin/env bash
# The GNN on timm and YOLOBench with and without the cards' kernel predictors as features: two
# networks a seed, of compare/config.json; prints the best error on validation models.
#   train.sh                  SEEDS="1 2" chooses others; two minutes a network on one core
set -euo pipefail
. "$(dirname "$0")/../../common.sh"
build >/dev/null
work=build/experiments/feature_source
mkdir -p "$work"
for set in timm yolobench; do
  [ -f "$work/$set.h5" ] ||
    "$tacho" dataset import "$data/$set/latency.csv" -o "$work/$set.h5" --skip-missing --kernel-features checkpoints/kernels
done
echo "| seed | with kernel times: validation MAPE % | without |"
echo "|---|---|---|"
for seed in ${SEEDS:-1 2}; do
  row="| $seed |"
  for features in true false; do
    made=$work/$features-$seed
    [ -f "$made.safetensors" ] ||
      "$tacho" train experiments/kernel_level/compare/config.json --set "data=[\"$work/timm.h5\",\"$work/yolobench.h5\"]" \
        --set kernel_features="$features" --set seed="$seed" --set output="$made.safetensors" >"$made.out" 2>&1
    row+=" $(sed -n 's/.*best *\([0-9.]*\) %.*/\1/p' "$made.out" | tail -1) |"
  done
  echo "$row"
done
