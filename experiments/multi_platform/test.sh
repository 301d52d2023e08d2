#!/usr/bin/env bash
# Errors of a checkpoint on the models, cells and networks that training never saw, set by set.
# Draws predicted against measured beside this script.
#   test.sh [CHECKPOINT]                      default: checkpoints/held_out.safetensors
set -euo pipefail
. "$(dirname "$0")/../common.sh"
checkpoint=${1:-checkpoints/held_out.safetensors}
config=$here/config.json

report() {  # set, table, more arguments of evaluate
  local set=$1 table=$2
  shift 2
  "$tacho" dataset split "$table" -o "build/data/split-$set" --seed "$(setting "$config" split_seed)" \
    --val "$(setting "$config" validation)" --test "$(setting "$config" test)" >/dev/null
  echo "## $set, not seen in training"
  "$tacho" evaluate --checkpoint "$checkpoint" --labels "build/data/split-$set/test.csv" --md "$@"
}

for set in timm yolobench; do
  unpack_graphs "$set"
  report "$set" "$data/$set/latency.csv" --graphs "build/data/$set" --plot "$here/$set.svg"
done
# Of the two large spaces a sample is tested, drawn by another seed than the one trained on.
for set in nasbench201 fbnet; do
  sample=build/data/$set-test.csv
  "$tacho" dataset labels "$data/$set/latency_ms.csv" --sample 4000 --seed 1 -o "$sample" >/dev/null
  report "$set" "$sample"
done
report nnlqp "$data/nnlqp/nasbench201_gtx1660_train.csv"
