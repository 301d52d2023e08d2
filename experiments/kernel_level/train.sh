#!/usr/bin/env bash
# Trains the kernel predictors of checkpoints/kernels/ from the measured kernels of the data folder
# and writes their figures on unseen configurations beside them. An hour on one core.
#   experiments/kernel_level/train.sh [DATA] [OUT]
set -euo pipefail
cd "$(dirname "$0")/../.."
data=${1:-${TACHO_DATA:-../shared/data}/kernels}
out=${2:-checkpoints/kernels}
tacho_kernel=${TACHO_KERNEL:-build/release/bin/tacho-kernel}
figures=experiments/kernel_level/figures
mkdir -p "$out" "$figures"

train() {  # kernel file, options
  local name=$1
  shift
  "$tacho_kernel" train "$data/$name.csv" --seed 1 --method boosting -o "$out/$name.safetensors" "$@" \
    --csv > "$figures/$name.csv"
}
forest() {  # the random forest to compare with, trained the same way, not kept
  "$tacho_kernel" train "$data/$1.csv" --seed 1 --method forest --shared-only --hold-out \
    -o "$figures/forest.tmp" --csv > "$figures/$1.forest.csv"
  rm -f "$figures/forest.tmp"
}

kernels=${KERNELS:-conv linear bmm softmax ln add mul relu gelu tanh}
for name in $kernels; do
  case $name in
    conv) train conv --members 3 ;;
    linear) train linear --shared-only --members 2 ;;
    bmm) train bmm --shared-only --members 1 --leaves 128 --trees 700 ;;
    softmax | ln) train "$name" --members 1 --leaves 24 --trees 400 ;;
    *) train "$name" --shared-only --members 1 --leaves 24 --trees 400 ;;
  esac
  forest "$name"
done
