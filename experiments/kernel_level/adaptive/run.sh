#!/usr/bin/env bash
# Adaptive sampling against as many random samples: conv-bn-relu on this machine's processor, LibTorch, one
# thread, three seeds, one test set of configurations that neither has.
#   run.sh [FOLDER]        default: build/kernel_level/adaptive; results go on in results.csv there
# Some ten minutes on a quiet machine; a killed run goes on. Both begin with the same hundred
# configurations and their same measurements; the figures and the plot go into this folder.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cd "$root"
folder=${1:-build/kernel_level/adaptive}
tacho=build/release/bin/tacho
kernel=conv-bn-relu
measure=(--backend libtorch:threads=1 --min-seconds 0.05 --min-runs 7)

# A workspace that samples `$2` configurations, then, over `$3` iterations, around those predicted badly.
workspace() {
  [ -d "$1" ] && return
  "$tacho" kernel init "$1"
  cat > "$1/configs/predictorbuild_config.yaml" <<YAML
DETAIL: TRUE
IMPLEMENT: onnx
BATCH_SIZE: 1
KERNELS:
  $kernel:
    INIT_SAMPLE_NUM: $2
    FINEGRAINED_SAMPLE_NUM: 5
    ITERATION: $3
    ERROR_THRESHOLD: 0.10
YAML
}

workspace "$folder/test" 200 1
"$tacho" kernel build "$kernel" -w "$folder/test" --seed 1000 "${measure[@]}"
"$tacho" kernel export "$kernel" -w "$folder/test" -o "$folder/test.csv"
for seed in 1 2 3; do
  workspace "$folder/random-$seed" 300 1
  workspace "$folder/adaptive-$seed" 100 9
  for sampling in random adaptive; do
    "$tacho" kernel build "$kernel" -w "$folder/$sampling-$seed" --seed "$seed" --budget 300 "${measure[@]}"
    "$tacho" kernel export "$kernel" -w "$folder/$sampling-$seed" -o "$folder/$sampling-$seed.csv"
  done
done

# Random samples begin with what the adaptive ones began with: a seed's first hundred are the same.
for seed in 1 2 3; do
  table=$folder/random-$seed.csv
  diff <(head -101 "$table" | cut -d'"' -f2) <(head -101 "$folder/adaptive-$seed.csv" | cut -d'"' -f2) >/dev/null ||
    { echo "run.sh: error: $table does not begin as adaptive-$seed.csv does" >&2; exit 1; }
  { head -101 "$folder/adaptive-$seed.csv"; tail -n +102 "$table"; } > "$table.part"
  mv "$table.part" "$table"
done

# The first so many of each, in the order in which they were sampled.
echo "sampling,seed,samples,mean_error,within_10" > "$folder/results.csv.part"
for seed in 1 2 3; do
  for sampling in random adaptive; do
    for samples in 100 150 200 250 300; do
      name=$folder/$sampling-$seed-$samples
      head -n $((samples + 1)) "$folder/$sampling-$seed.csv" > "$name.csv"
      # the test set without what was trained on
      awk '{ match($0, /^"[^"]*"/); key = substr($0, 1, RLENGTH) }
           NR == FNR { seen[key] = 1; next } FNR == 1 || !(key in seen)' \
        "$name.csv" "$folder/test.csv" > "$name.test.csv"
      "$tacho" kernel train "$name.csv" --method forest -o "$name.safetensors" >/dev/null
      "$tacho" kernel evaluate "$name.test.csv" --predictor "$name.safetensors" --csv |
        awk -F, -v row="$sampling,$seed,$samples" '
          NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i }
          NR == 2 { print row "," $column["mean_error_percent"] "," $column["within_10_percent"] }' >> "$folder/results.csv.part"
    done
  done
done
mv "$folder/results.csv.part" "$folder/results.csv"
cat "$folder/results.csv"
cp "$folder/results.csv" "$here/results.csv"
awk -F, -f "$here/plot.awk" "$here/results.csv" > "$here/adaptive.svg"
