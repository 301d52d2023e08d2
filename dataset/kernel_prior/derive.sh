#!/usr/bin/env bash
# Derives kernels.csv, the table that `tacho kernel sample` and `tacho kernel build` draw from: the kernels
# of all graphs in the data sets and nn-Meter's layer tables, counted; the most frequent are kept.
#   dataset/kernel_prior/derive.sh [DATA]      DATA: $TACHO_DATA, else ../shared/data
set -euo pipefail
cd "$(dirname "$0")/../.."
data=${1:-${TACHO_DATA:-../shared/data}}
build/release/bin/tacho kernel prior "$data/timm/onnx.tar.zst" "$data/yolobench/onnx.tar.zst" \
  --layers "$data/kernel_prior/conv.csv" --layers "$data/kernel_prior/dwconv.csv" \
  --layers "$data/kernel_prior/fc.csv" --layers "$data/kernel_prior/pooling.csv" \
  --most 800 -o dataset/kernel_prior/kernels.csv
