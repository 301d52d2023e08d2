#!/usr/bin/env bash
# Measures random members of ten families of networks on the runtimes of this machine and keeps the
# labels, with what they were measured on beside them. A killed run goes on where it was; leave the
# machine alone meanwhile: `tacho measure` says when something else loads it.
#   measure.sh [LABELS.csv]                   default: build/data/local_cpu/labels.csv
#   MEMBERS=200 (of each family), FAMILIES, PLATFORMS (backends with their options, a list) choose others
# Models take turns, five at a time, so that a slow moment of the machine hits no model alone; ONNX Runtime,
# whose runs come in bundles, measures one model after the other. About a second a model and platform.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
tacho=build/release/bin/tacho
labels=${1:-build/data/local_cpu/labels.csv}
[ -x "$tacho" ] || { echo "measure.sh: error: $tacho is not built; scripts/test.sh builds it" >&2; exit 1; }
mkdir -p "$(dirname "$labels")"

families=${FAMILIES:-alexnet vgg googlenet resnet squeezenet mobilenetv2 mobilenetv3 mnasnet efficientnet nasbench201}
platforms=${PLATFORMS:-onednn:threads=1,onednn:threads=1,type=bf16,onednn:threads=1,type=int8,libtorch:threads=1,opencv:threads=1}
alone=${PLATFORMS_ALONE-onnxruntime:threads=1}
members=${MEMBERS:-200}
sweep() {  # platforms, models measured at once
  "$tacho" measure "${models[@]}" --platform "$1" --interleave "$2" --output "$labels" --samples "${labels%.csv}.samples.jsonl" \
    --min-runs 10 --min-seconds "${MIN_SECONDS:-0.2}" --csv >/dev/null
}

for first in $(seq 1 5 "$members"); do
  models=()
  for member in $(seq "$first" $((first + 4 < members ? first + 4 : members))); do
    for family in $families; do models+=("family:$family:$member"); done
  done
  sweep "$platforms" 5
  [ -z "$alone" ] || sweep "$alone" 1
done
