#!/usr/bin/env bash
# A NPU that training never saw: a base on all of timm and YOLOBench but the Khadas VIM3, then the VIM3
# from few YOLO detectors by both ways of tacho finetune, and by training from nothing. Mean error on
# detectors of architectures that neither the base nor the adaptation saw.
#   yolo_npu.sh [arguments of tacho train, for the base]
#   SAMPLES="10 32 100 200 300 all", SEEDS="1 2 3", METHODS="few-shot full raw" choose others
set -euo pipefail
. "$(dirname "$0")/../common.sh"
build >/dev/null
make_data_set timm timm/latency.csv
make_data_set yolobench yolobench/latency.csv
unpack_graphs yolobench
work=build/experiments/transfer_platform
split=build/data/split-yolobench
npu=npu-vim3-ksnn
mkdir -p "$work"
base=$(cd "$work" && pwd)/yolo_npu.safetensors
[ -f "$base" ] || "$tacho" train "$here/yolo_npu.json" "$@" >/dev/null
"$tacho" dataset split "$data/yolobench/latency.csv" -o "$split" --seed 1 --val 0.05 --test 0.1 >/dev/null
graphs=build/data/yolobench

adapt() {  # method, samples, seed: writes $work/npu.safetensors
  "$tacho" dataset labels "$split/train.csv" --platform $npu ${2:+--sample "$2"} --seed "$3" -o "$work/npu.csv"
  if [ "$1" = raw ]; then
    rm -f "$work/npu.h5"
    "$tacho" dataset import "$work/npu.csv" --graphs "$graphs" -o "$work/npu.h5"
    "$tacho" train "$here/yolo_npu.json" --fresh --set 'data=["'"$work/npu.h5"'"]' --set 'leave_platforms=[]' \
      --set train_on_all=true --set epochs=150 --set batch_kernels=600 --set "output=$work/npu.safetensors"
  else
    "$tacho" finetune -c "$base" --labels "$work/npu.csv" --graphs "$graphs" --platform $npu "--$1" -o "$work/npu.safetensors"
  fi
}

echo "| samples | method | MAPE % | within 10 % |"
echo "|---|---|---|---|"
for samples in ${SAMPLES:-10 32 100 200 300 all}; do
  for method in ${METHODS:-few-shot full raw}; do
    for seed in ${SEEDS:-1 2 3}; do
      adapt "$method" "${samples/all/}" "$seed" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
      "$tacho" evaluate -c "$work/npu.safetensors" --labels "$split/test.csv" --graphs "$graphs" --platform $npu --csv |
        awk -F, 'NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i } NR == 2 { print $at["mape_percent"], $at["within_10_percent"] }'
    done | awk -v row="| $samples | $method |" '{ mape += $1; near += $2 } END { printf "%s %.1f | %.0f |\n", row, mape / NR, near / NR }'
  done
done
