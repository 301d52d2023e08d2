#!/usr/bin/env bash
# Prints the table of figures of the kernel predictors on configurations that training did not see
# (taken by train.sh before the predictors were trained on everything), boosting and forest. With
# a folder of measured kernels, scores the released predictors on it instead.
#   experiments/kernel_level/test.sh [DATA]
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ $# -gt 0 ]; then
  exec build/release/bin/tacho-kernel evaluate "$1" --predictor checkpoints/kernels --md
fi
echo "| kernel | platform | method | rows | mean error % | RMSPE % | within 5 % | within 10 % |"
echo "|---|---|---|---|---|---|---|---|"
for name in conv linear bmm softmax ln add mul relu gelu tanh; do
  for file in experiments/kernel_level/figures/$name.csv experiments/kernel_level/figures/$name.forest.csv; do
    [ -s "$file" ] || continue
    awk -F, 'NR > 1 { printf "| %s | %s | %s | %d | %.2f | %.2f | %.1f | %.1f |\n", $1, $2, $3, $5, $6, $9, $10, $11 }' "$file"
  done
done
