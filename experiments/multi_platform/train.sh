#!/usr/bin/env bash
# Trains on all platforms of timm, YOLOBench, HELP's NAS-Bench-201 and FBNet tables and NNLQP's rows:
#   checkpoints/held_out.safetensors   an ensemble that never saw the test models; test.sh takes its figures
#   checkpoints/default.safetensors    the same networks trained on everything, with that one's error bands
#   train.sh [arguments of tacho train]        e.g. --set epochs=20
# A quarter of an hour a network on one core, four networks. A killed run goes on where it was; networks that are there
# in build/experiments/multi_platform are not trained again.
set -euo pipefail
. "$(dirname "$0")/../common.sh"
build
make_data_set timm timm/latency.csv
make_data_set yolobench yolobench/latency.csv
make_data_set nasbench201 nasbench201/latency_ms.csv --sample 1500
make_data_set fbnet fbnet/latency_ms.csv --sample 600
make_data_set nnlqp nnlqp/nasbench201_gtx1660_train.csv
work=build/experiments/multi_platform
mkdir -p "$work"

ensemble() {  # name of its members, the ensemble, arguments of tacho train for both
  local name=$1 output=$2 members=()
  shift 2
  for seed in ${SEEDS:-1 2}; do
    members+=("$work/$name$seed.safetensors")
    [ -f "${members[-1]}" ] || "$tacho" train "$here/config.json" "$@" --set seed="$seed" --set output="${members[-1]}"
  done
  "$tacho" train "$here/config.json" "$@" --set output="$output" --ensemble "${members[@]}"
}
ensemble held_out checkpoints/held_out.safetensors "$@"
ensemble all checkpoints/default.safetensors --set train_on_all=true --set bands_from=checkpoints/held_out.safetensors "$@"
