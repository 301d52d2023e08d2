#!/usr/bin/env bash
# What one model for many platforms is compared with, all on timm and YOLOBench, the same split and the
# same measured models: the sum of this project trained on these two sets alone, NNLQP's readout
# (two layers of 512, kernels summed, static features, heads), one network per platform, the linear model.
#   baselines.sh          about two hours on one core; EPOCHS=40 chooses another length for the sum
#                         and the single platforms
set -euo pipefail
. "$(dirname "$0")/../common.sh"
build >/dev/null
make_data_set timm timm/latency.csv
make_data_set yolobench yolobench/latency.csv
work=build/experiments/multi_platform
mkdir -p "$work"
two_sets='data=["build/data/timm.h5","build/data/yolobench.h5"]'

for set in timm yolobench; do
  unpack_graphs "$set"
  "$tacho" dataset split "$data/$set/latency.csv" -o "build/data/split-$set" --seed 1 --val 0.05 --test 0.1 >/dev/null
done

score() {  # name of the row, arguments of evaluate: mean over platforms of MAPE and of the share within 10 %
  local row="| $1 |"
  shift
  for set in timm yolobench; do
    row+=" $("$tacho" evaluate "$@" --labels "build/data/split-$set/test.csv" --graphs "build/data/$set" --csv 2>/dev/null |
      awk -F, 'NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i }
               $1 == "mean over platforms" { printf "%.2f, %.1f |", $at["mape_percent"], $at["within_10_percent"] }')"
  done
  echo "$row"
}

train_once() {  # checkpoint, arguments of tacho train
  local made=$1
  shift
  [ -f "$made" ] || "$tacho" train "$@" --set output="$made" >"${made%.safetensors}.out" 2>&1
}

echo "| | timm: MAPE %, within 10 % | YOLOBench: MAPE %, within 10 % |"
echo "|---|---|---|"
train_once "$work/sum.safetensors" "$here/config.json" --set "$two_sets" --set epochs="${EPOCHS:-40}"
score "sum over kernels, 96 wide, ${EPOCHS:-40} epochs" -c "$work/sum.safetensors"
score "linear model (checkpoints/linear.json)" --predictor linear
train_once "$work/pooled.safetensors" "$here/pooled.json"
score "pooled, 512 wide, $(setting "$here/pooled.json" epochs) epochs" -c "$work/pooled.safetensors"
train_once "$work/pooled96.safetensors" "$here/pooled.json" --set width=96 --set epochs="${EPOCHS:-40}" --set learning_rate=0.003
score "pooled, 96 wide, ${EPOCHS:-40} epochs" -c "$work/pooled96.safetensors"

echo
echo "| one platform alone | set | alone: MAPE %, within 10 % | all in one: MAPE %, within 10 % |"
echo "|---|---|---|---|"
alone() {  # platform, set
  local one=$work/alone/$1.safetensors
  mkdir -p "$work/alone"
  train_once "$one" "$here/config.json" --set "$two_sets" --set epochs="${EPOCHS:-40}" --set "platforms=[\"$1\"]"
  local row="| $1 | $2 |"
  for checkpoint in "$one" "$work/sum.safetensors"; do
    row+=" $("$tacho" evaluate -c "$checkpoint" --platform "$1" --labels "build/data/split-$2/test.csv" --graphs "build/data/$2" --csv 2>/dev/null |
      awk -F, 'NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i }
               NR == 2 { printf "%.2f, %.1f |", $at["mape_percent"], $at["within_10_percent"] }')"
  done
  echo "$row"
}
for platform in gpu-rtx3090-pytorch2.4-nchw-amp gpu-rtx4090-pytorch2.9-nchw-amp gpu-rtx5090-pytorch2.9-dynamo-nchw-amp \
  cpu-i7_12700h-pytorch2.4-dynamo-nchw-fp32 cpu-jetson_nano-onnxruntime-fp32; do
  alone "$platform" timm
done
for platform in npu-vim3-ksnn cpu-raspi4-tflite-fp32 gpu-a40-tensorrt; do
  alone "$platform" yolobench
done
