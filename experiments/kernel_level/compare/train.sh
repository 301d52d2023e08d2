#!/usr/bin/env bash
# Trains the three predictors for this machine's processor from dataset/local_cpu: the kernel predictors on
# single kernels, the linear model and the GNN (with timm's and YOLOBench's platforms) on the networks of
# the training split.
#   train.sh [arguments of tacho train]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cd "$root"
data=${TACHO_DATA:-$root/../shared/data}
if [ ! -f "$data/timm/latency.csv" ]; then
  echo "train.sh: error: no latency data in $data; set TACHO_DATA to its folder" >&2
  exit 1
fi
tacho=build/release/bin/tacho
mkdir -p build/data build/kernel_level

"$tacho" kernel train dataset/local_cpu/kernels.csv -o build/kernel_level/kernels_cpu.safetensors

setting() { sed -n "s/^ *\"$1\": *\([0-9.]*\),\{0,1\}$/\1/p" "$here/config.json"; }
split=build/kernel_level/split
"$tacho" dataset split dataset/local_cpu/networks.csv -o "$split" \
  --seed "$(setting split_seed)" --val "$(setting validation)" --test "$(setting test)"
"$tacho" linear fit --labels "$split/train.csv" --graphs build/data/timm \
  --labels "$split/val.csv" --graphs build/data/timm --two-range --test 0 -o build/kernel_level/linear.json

for set in timm yolobench; do
  if [ ! -f "build/data/$set.h5" ]; then
    "$tacho" dataset import "$data/$set/latency.csv" -o "build/data/$set.h5" --skip-missing
  fi
done
if [ ! -f build/data/local_cpu.h5 ]; then
  "$tacho" dataset import dataset/local_cpu/networks.csv --graphs build/data/timm -o build/data/local_cpu.h5
fi
"$tacho" train "$here/config.json" "$@"
