#!/usr/bin/env bash
# Measures random members of ten families of networks on the runtimes of this machine and keeps the
# labels, with what they were measured on beside them. A killed run goes on where it was; leave the
# machine alone meanwhile: `tacho measure` says when something else loads it.
#   measure.sh [LABELS.csv]                   default: build/data/local_cpu/labels.csv
#   MEMBERS=200 (of each family), FAMILIES, PLATFORMS (backends with their options, a list) choose others
# About a second a model and platform: 200 members of ten families on six platforms take four hours.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
tacho=build/release/bin/tacho
labels=${1:-build/data/local_cpu/labels.csv}
[ -x "$tacho" ] || { echo "measure.sh: error: $tacho is not built; scripts/test.sh builds it" >&2; exit 1; }
mkdir -p "$(dirname "$labels")"

families=${FAMILIES:-alexnet vgg googlenet resnet squeezenet mobilenetv2 mobilenetv3 mnasnet efficientnet nasbench201}
platforms=${PLATFORMS:-onednn:threads=1,onednn:threads=1,type=bf16,onednn:threads=1,type=int8,libtorch:threads=1,opencv:threads=1,onnxruntime:threads=1}
models=()
for member in $(seq "${MEMBERS:-200}"); do
  for family in $families; do models+=("family:$family:$member"); done
done
exec "$tacho" measure "${models[@]}" --platform "$platforms" --interleave 1 --output "$labels" --samples "${labels%.csv}.samples.jsonl" \
  --min-runs 10 --min-seconds "${MIN_SECONDS:-0.2}" --csv >/dev/null
