# Sourced by the experiments' scripts: enters the repository, finds the latency data ($TACHO_DATA, else
# ../shared/data) and keeps what is made of it in build/data. Without data it says so and ends the
# caller with exit code 0.
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
data=${TACHO_DATA:-$root/../shared/data}
tacho=build/release/bin/tacho
if [ ! -f "$data/timm/latency.csv" ]; then
  echo "$(basename "$here")/$(basename "$0"): skipped: no latency data in $data; set TACHO_DATA to its folder" >&2
  exit 0
fi
mkdir -p build/data build/experiments checkpoints

build() { cmake --preset release >/dev/null && cmake --build --preset release --target tacho tacho-dataset tacho-train; }

# make_data_set NAME TABLE [arguments of tacho dataset import]: build/data/NAME.h5, once.
make_data_set() {
  local name=$1 table=$2
  shift 2
  [ -f "build/data/$name.h5" ] || "$tacho" dataset import "$data/$table" -o "build/data/$name.h5" "$@"
}

# unpack_graphs SET: the ONNX files of timm or yolobench in build/data/SET, once.
unpack_graphs() {
  [ ! -d "build/data/$1" ] || return 0
  mkdir -p "build/data/$1.tmp"
  zstd -d --long=27 -c "$data/$1/onnx.tar.zst" | tar x -C "build/data/$1.tmp"
  mv "build/data/$1.tmp" "build/data/$1"
}

# setting FILE.json KEY: a number of a training configuration.
setting() { sed -n "s/^ *\"$2\": *\([0-9.]*\),\{0,1\}$/\1/p" "$1"; }
