#!/usr/bin/env bash
# Errors on models that the fit did not see, timm and YOLOBench each for itself, with ACTS as they are
# used and in the plain definition; the plots of RESULTS.md.
#   test.sh [arguments of tacho linear fit]
set -euo pipefail
. "$(dirname "$0")/data.sh"
fit() {  # set, write weight, more arguments
  local set=$1 weight=$2
  shift 2
  "$tacho" linear fit --labels "$data/$set/latency.csv" --graphs "build/data/$set" \
    --seed "$split_seed" --test "$test_share" --write-weight "$weight" --md "$@"
}
for set in timm yolobench; do
  echo "## $set, ACTS with $write_weight of what all kernels write"
  fit "$set" "$write_weight" "$@"
done
echo "## timm, ACTS of convolutions and fully connected layers alone"
fit timm 0 "$@"
fit timm "$write_weight" --platform 'gpu-rtx5090-pytorch2.9-dynamo-nchw-amp' \
  --plot experiments/linear/rtx5090_dynamo.svg >/dev/null
fit timm "$write_weight" --platform cpu-jetson_nano-onnxruntime-fp32 --two-range \
  --plot experiments/linear/jetson_nano_cpu.svg >/dev/null
