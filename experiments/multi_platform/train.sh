#!/usr/bin/env bash
# Imports the data sets and trains checkpoints/default.safetensors on all their platforms.
#   train.sh [arguments of tacho train]        e.g. --set epochs=20
# Data: $TACHO_DATA, else ../shared/data beside the repository. A killed run goes on where it was.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"
data=${TACHO_DATA:-$root/../shared/data}
if [ ! -f "$data/timm/latency.csv" ]; then
  echo "train.sh: error: no latency data in $data; set TACHO_DATA to its folder" >&2
  exit 1
fi

cmake --preset release >/dev/null
cmake --build --preset release --target tacho tacho-dataset tacho-train
tacho=build/release/bin/tacho

mkdir -p build/data checkpoints
for set in timm yolobench; do
  if [ ! -f "build/data/$set.h5" ]; then
    "$tacho" dataset import "$data/$set/latency.csv" -o "build/data/$set.h5" --skip-missing
  fi
done
exec "$tacho" train "$here/config.json" "$@"
