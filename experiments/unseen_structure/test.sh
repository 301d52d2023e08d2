#!/usr/bin/env bash
# Leaves one family out, trains on the rest, and reports the error on the family.
#   test.sh FAMILY [LABELS [GRAPHS]]     e.g. test.sh convnext
#                                        e.g. test.sh ResNet ~/nnlqp/gt.txt
# LABELS: timm's table by default, or any that tacho dataset import reads: NNLQP's gt.txt lies beside
# its onnx/ folder. tacho dataset stats --families lists the families.
set -euo pipefail
. "$(dirname "$0")/../common.sh"
family=${1:?usage: test.sh FAMILY [LABELS [GRAPHS]]}
labels=${2:-$data/timm/latency.csv}
build >/dev/null
name=unseen-$(basename "$(dirname "$labels")")-$(cksum <<<"$(realpath "$labels") ${3:-}" | cut -d' ' -f1)
mkdir -p build/experiments/unseen_structure
[ -f "build/data/$name.h5" ] || "$tacho" dataset import "$labels" ${3:+--graphs "$3"} -o "build/data/$name.h5"
exec "$tacho" train "$here/config.json" --set folds=0 --set fold=0 --set 'data=["build/data/'"$name"'.h5"]' \
  --set 'leave_families=["'"$family"'"]' --set "output=build/experiments/unseen_structure/$name-$family.safetensors"
