# Sourced by train.sh and test.sh: enters the repository, finds the data, unpacks the graphs once.
# Without data it says so and ends the caller with exit code 0.
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"
. "$here/settings.sh"
data=${TACHO_DATA:-$root/../shared/data}
tacho=build/release/bin/tacho
if [ ! -f "$data/timm/latency.csv" ]; then
  echo "$(basename "$0"): skipped: no latency data in $data; set TACHO_DATA to its folder" >&2
  exit 0
fi
for set in timm yolobench; do
  if [ ! -d "build/data/$set" ]; then
    mkdir -p "build/data/$set.tmp"
    zstd -d --long=27 -c "$data/$set/onnx.tar.zst" | tar x -C "build/data/$set.tmp"
    mv "build/data/$set.tmp" "build/data/$set"
  fi
done
