#!/usr/bin/env bash
# Leave one card out: predictors trained on the other cards, asked for this one from its published
# facts alone. Prints kernel, card, mean error.
#   experiments/kernel_level/new_card.sh [DATA] [KERNEL...]
set -euo pipefail
cd "$(dirname "$0")/../.."
data=${1:-${TACHO_DATA:-../shared/data}/kernels}
shift || true
tacho_kernel=${TACHO_KERNEL:-build/release/bin/tacho-kernel}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/card"
echo "| kernel | card left out | mean error % | within 10 % |"
echo "|---|---|---|---|"
for name in "${@:-add}"; do
  for card in $(tail -n +2 "$data/$name.csv" | cut -d, -f1 | sort -u); do
    grep -v "^$card," "$data/$name.csv" > "$scratch/$name.csv"
    { head -1 "$data/$name.csv"; grep "^$card," "$data/$name.csv"; } > "$scratch/card/$name.csv"
    "$tacho_kernel" train "$scratch/$name.csv" --devices "$data/devices.csv" --method boosting --shared-only \
      --members 1 --trees 300 -o "$scratch/p.safetensors" --csv > "$scratch/figures" 2> "$scratch/log"
    "$tacho_kernel" evaluate "$scratch/card/$name.csv" --predictor "$scratch/p.safetensors" \
      --devices "$data/devices.csv" --csv |
      awk -F, -v k="$name" '$2 != "mean" && NR > 1 { printf "| %s | %s | %.1f | %.1f |\n", k, $2, $4, $9 }'
  done
done
