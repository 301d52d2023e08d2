#!/usr/bin/env bash
# Measures the kernels that networks are made of on this machine's processor, one thread, LibTorch.
#   measure_kernels.sh [KERNELS.csv]        default: dataset/local_cpu/kernels.csv
# Configurations are drawn from the prior of real networks. Some ten minutes; a killed run goes on.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cd "$root"
table=${1:-dataset/local_cpu/kernels.csv}
tacho=build/release/bin/tacho
workspace=build/kernel_level/workspace
if [ ! -d "$workspace" ]; then
  "$tacho" kernel init "$workspace"
  cp "$here/kernels.yaml" "$workspace/configs/predictorbuild_config.yaml"
fi
"$tacho" kernel build --all -w "$workspace" --backend libtorch:threads=1 --min-seconds 0.05 --min-runs 7
mkdir -p "$(dirname "$table")"
"$tacho" kernel export --all -w "$workspace" -o "$table"
