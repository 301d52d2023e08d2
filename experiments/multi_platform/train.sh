#!/usr/bin/env bash
# Trains checkpoints/default.safetensors: an ensemble on all platforms of timm, YOLOBench, HELP's
# NAS-Bench-201 and FBNet tables and NNLQP's rows.
#   train.sh [arguments of tacho train]        e.g. --set epochs=20
# About 7 minutes a member on two cores of their own. A killed run goes on where it was.
set -euo pipefail
. "$(dirname "$0")/../common.sh"
build
make_data_set timm timm/latency.csv
make_data_set yolobench yolobench/latency.csv
make_data_set nasbench201 nasbench201/latency_ms.csv --sample 1500
make_data_set fbnet fbnet/latency_ms.csv --sample 600
make_data_set nnlqp nnlqp/nasbench201_gtx1660_train.csv

members=()
for seed in ${SEEDS:-1 2}; do
  member=build/experiments/multi_platform/member$seed.safetensors
  mkdir -p "$(dirname "$member")"
  "$tacho" train "$here/config.json" --set seed="$seed" --set output="$member" "$@"
  members+=("$member")
done
"$tacho" train "$here/config.json" "$@" --ensemble "${members[@]}"
