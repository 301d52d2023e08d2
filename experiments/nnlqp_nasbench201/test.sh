#!/usr/bin/env bash
# NNLQP's own labels: NAS-Bench-201 cells on a GTX 1660, TensorRT 7.1. Trains on them alone with three
# seeds (columns "test": cells never seen) and reports the default checkpoint on the same cells.
#   test.sh [arguments of tacho train]         about a minute a seed on two cores of their own
set -euo pipefail
. "$(dirname "$0")/../common.sh"
build >/dev/null
table=$data/nnlqp/nasbench201_gtx1660_train.csv
make_data_set nnlqp nnlqp/nasbench201_gtx1660_train.csv
mkdir -p build/experiments/nnlqp_nasbench201
for seed in 1 2 3; do
  "$tacho" train "$here/config.json" --set seed="$seed" \
    --set output="build/experiments/nnlqp_nasbench201/seed$seed.safetensors" "$@" 2>/dev/null
done
"$tacho" dataset split "$table" -o build/data/split-nnlqp --seed 1 --val 0.05 --test 0.1 >/dev/null
"$tacho" evaluate --labels build/data/split-nnlqp/test.csv --md
