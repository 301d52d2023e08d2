#!/usr/bin/env bash
# Predicts how long a model takes on every platform that we know.
#   scripts/demo.sh [MODEL.onnx] [arguments of tacho predict]     default model: models/resnet18.onnx
# Installs what is missing (Debian, root or sudo) and builds on the first run.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

"$root/scripts/setup.sh" demo
log=$root/build/demo.log
mkdir -p "$root/build"
if ! (cd "$root" && cmake --preset release && cmake --build --preset release --target tacho) >"$log" 2>&1; then
  tail -n 30 "$log" >&2
  echo "demo.sh: error: the build failed; the whole log is $log" >&2
  exit 1
fi

model=$root/models/resnet18.onnx
if [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; then
  model=$1
  shift
fi
# Platforms that were only measured at large batches are asked for such a one.
tacho=$root/build/release/bin/tacho
"$tacho" predict "$model" --measured-only "$@"
[ $# -gt 0 ] || { echo; "$tacho" predict "$model" --measured-only --batch 256; }
