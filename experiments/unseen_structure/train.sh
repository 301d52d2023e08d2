#!/usr/bin/env bash
# Trains one network per fold of model families: timm's and YOLOBench's families are dealt out to
# five folds, and each fold's network never sees them. Prints the errors on them (columns "test") and
# on unseen models of the other families ("val").
#   train.sh [arguments of tacho train]        about 2 minutes a fold on two cores of their own
# Another data set, for instance NNLQP's: see test.sh.
set -euo pipefail
. "$(dirname "$0")/../common.sh"
build
make_data_set timm timm/latency.csv
make_data_set yolobench yolobench/latency.csv
mkdir -p build/experiments/unseen_structure
for fold in ${FOLDS:-0 1 2 3 4}; do
  echo "## fold $fold"
  "$tacho" train "$here/config.json" --set fold="$fold" \
    --set output="build/experiments/unseen_structure/fold$fold.safetensors" "$@"
done
