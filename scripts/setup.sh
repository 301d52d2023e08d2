#!/usr/bin/env bash
# Installs the Debian packages that the build needs and that are not there yet.
#   scripts/setup.sh [demo|all]     demo: what the tacho program needs; all (default): training and tests too
#   scripts/setup.sh onnxruntime    ONNX Runtime, which Debian 12 does not have, into a Python environment of its own
#                                   in ~/.local/share/tachograph, where the backend looks for it
set -euo pipefail

demo=(g++ cmake ninja-build libboost-graph-dev libeigen3-dev libcli11-dev nlohmann-json3-dev libsqlite3-dev zlib1g-dev)
rest=(libtorch-dev libdnnl-dev libopenblas0-pthread libonnx-dev libyaml-cpp-dev libprotobuf-dev protobuf-compiler libhdf5-dev
      libarchive-dev libxgboost-dev libopencv-dnn-dev libzstd-dev zstd libgtest-dev libgmock-dev libbenchmark-dev libpq-dev postgresql ccache)

if [ "${1:-all}" = onnxruntime ]; then
  place="${XDG_DATA_HOME:-$HOME/.local/share}/tachograph/onnxruntime"
  python3 -m venv "$place" || {
    echo "setup.sh: error: python3 cannot make an environment in $place; needs the packages python3 and python3-venv" >&2
    exit 1
  }
  exec "$place/bin/pip" install --quiet onnxruntime
fi

case "${1:-all}" in
  demo) wanted=("${demo[@]}") ;;
  all) wanted=("${demo[@]}" "${rest[@]}") ;;
  *) echo "setup.sh: error: unknown argument '$1'; use demo, all or onnxruntime" >&2; exit 2 ;;
esac

missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "setup.sh: error: not root and no sudo; ask an administrator for: apt-get install ${missing[*]}" >&2
    exit 1
  }
  as_root=(sudo)
fi
echo "setup.sh: installing ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
