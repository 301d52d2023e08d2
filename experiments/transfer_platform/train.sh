#!/usr/bin/env bash
# Trains the bases of the few-shot comparison, each on seven HELP devices (nine columns) alone:
# checkpoints/help_nd.safetensors on NAS-Bench-201, checkpoints/help_fd.safetensors on FBNet.
#   train.sh [arguments of tacho train]        about a minute each on two cores of their own
set -euo pipefail
. "$(dirname "$0")/../common.sh"
build
known=gpu-1080ti-pytorch-fp32,cpu-silver_4114-pytorch-fp32,cpu-silver_4210r-pytorch-fp32
known+=,cpu-samsung_a50-pytorch-fp32,cpu-pixel3-tflite-fp32,cpu-essential_ph_1-pytorch-fp32
known+=,cpu-samsung_s7-pytorch-fp32
make_data_set help_nd nasbench201/latency_ms.csv --sample 2000 --platform "$known"
make_data_set help_fd fbnet/latency_ms.csv --sample 1200 --platform "$known"
for base in help_nd help_fd; do "$tacho" train "$here/$base.json" "$@"; done
