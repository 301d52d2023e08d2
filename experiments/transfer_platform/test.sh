#!/usr/bin/env bash
# Adapts the bases to devices that they never saw, from few random samples, and ranks cells or networks
# of the space: Spearman over all of them (NASFLAT's protocol; samples may be among them) and without the
# extremes (HELP's), mean of three draws of samples.
#   test.sh          SAMPLES="10 32 100" and SEEDS="1 2 3" choose others; SCORED=20000 scores the whole
#                    space instead of 2,000 random members of it
set -euo pipefail
. "$(dirname "$0")/../common.sh"
work=build/experiments/transfer_platform
mkdir -p "$work"

score() {  # labels, platform, more arguments of evaluate → Spearman and MAPE of the platform's row
  "$tacho" evaluate -c "$work/adapted.safetensors" --labels "$1" --platform "$2" --csv "${@:3}" |
    awk -F, 'NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i
                       if (!at["spearman"] || !at["mape_percent"]) { print "no such column" > "/dev/stderr"; exit 1 } }
             NR == 2 { print $at["spearman"], $at["mape_percent"] }'
}

echo "| space | platform | batch | samples | Spearman, all | without the extremes | MAPE % |"
echo "|---|---|---|---|---|---|---|"
transfer() {  # base, space, platform, batch
  local labels=$work/labels.csv
  "$tacho" dataset labels "$data/$2/latency_ms.csv" --platform "$3" -o "$work/all.csv" >/dev/null
  awk -F, -v batch="$4" 'NR == 1 || $2 == batch' "$work/all.csv" > "$labels"
  "$tacho" dataset labels "$labels" --sample "${SCORED:-2000}" --seed 9 -o "$work/scored.csv" >/dev/null
  for samples in ${SAMPLES:-10}; do
    for seed in ${SEEDS:-1 2 3}; do
      "$tacho" finetune -c "checkpoints/$1.safetensors" --labels "$labels" --platform "$3" --few-shot \
        --samples "$samples" --seed "$seed" -o "$work/adapted.safetensors" >/dev/null
      echo "$(score "$work/scored.csv" "$3") $(score "$work/scored.csv" "$3" --trim 0.1)"
    done | awk -v row="| $2 | $3 | $4 | $samples |" \
      '{ all += $1; mape += $2; trimmed += $3 } END { printf "%s %.3f | %.3f | %.1f |\n", row, all / NR, trimmed / NR, mape / NR }'
  done
}
for device in 2080ti titanx titanxp; do
  for batch in 1 32 256; do transfer help_nd nasbench201 "gpu-$device-pytorch-fp32" "$batch"; done
done
for batch in 1 32; do transfer help_nd nasbench201 gpu-titan_rtx-pytorch-fp32 "$batch"; done
transfer help_nd nasbench201 cpu-gold_6240-pytorch-fp32 1
for device in 2080ti titan_rtx titanx titanxp; do
  for batch in 1 32 64; do transfer help_fd fbnet "gpu-$device-pytorch-fp32" "$batch"; done
done
transfer help_fd fbnet cpu-gold_6240-pytorch-fp32 1
transfer help_fd fbnet cpu-gold_6226-pytorch-fp32 1
transfer help_fd fbnet cpu-pixel2-tflite-fp32 1
