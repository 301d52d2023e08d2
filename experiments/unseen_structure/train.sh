#!/usr/bin/env bash
# Trains one network per fold of model families: timm's and YOLOBench's families are dealt out to
# five folds, and each fold's network never sees them; then one network per YOLO family, without it.
# Prints the errors on models of the families left out and on unseen models of the others.
#   train.sh [arguments of tacho train]        about 3 minutes a network on one core
#   FOLDS="0 1 2 3 4", FAMILIES="yolo3 yolo4 yolo5 yolo6 yolo8" choose others
# Another data set, for instance NNLQP's: see test.sh.
set -euo pipefail
. "$(dirname "$0")/../common.sh"
build
make_data_set timm timm/latency.csv
make_data_set yolobench yolobench/latency.csv
work=build/experiments/unseen_structure
graphs=$work/graphs
mkdir -p "$graphs"
# The folds follow from all models together, so the two sets are parted as one.
if [ ! -f "$work/both.h5" ]; then
  cp build/data/timm.h5 "$work/both.tmp.h5"
  "$tacho" dataset import "$data/yolobench/latency.csv" -o "$work/both.tmp.h5" --append
  mv "$work/both.tmp.h5" "$work/both.h5"
fi
for set in timm yolobench; do
  unpack_graphs "$set"
  cp -rsf "$root/build/data/$set/." "$graphs/"
done

score() {  # checkpoint, folder of its split, name of the row
  for part in "timm ^yolo -v" "YOLOBench ^yolo"; do
    read -r set pattern invert <<<"$part"
    for stage in val test; do
      local rows=$2/$stage-$set.csv
      { head -1 "$2/$stage.csv"; sed 1d "$2/$stage.csv" | grep ${invert:-} "$pattern" || true; } >"$rows"
      [ "$(wc -l <"$rows")" -gt 1 ] || continue
      "$tacho" evaluate -c "$1" --labels "$rows" --graphs "$graphs" --csv 2>/dev/null |
        awk -F, -v row="| $3 | $set | ${stage/val/unseen models of the other families} |" \
          'NR == 1 { for (i = 1; i <= NF; ++i) at[$i] = i }
           $1 == "mean over platforms" { printf "%s %.2f | %.1f |\n", row, $at["mape_percent"], $at["within_10_percent"] }' |
        sed 's/| test |/| families left out |/'
    done
  done
}

for fold in ${FOLDS:-0 1 2 3 4}; do
  [ -f "$work/fold$fold.safetensors" ] ||
    "$tacho" train "$here/config.json" --set fold="$fold" --set output="$work/fold$fold.safetensors" "$@" >"$work/fold$fold.out" 2>&1
  "$tacho" dataset split "$work/both.h5" -o "$work/split$fold" --seed 1 --val 0.1 --folds 5 --fold "$fold" >/dev/null
done
for family in ${FAMILIES:-yolo3 yolo4 yolo5 yolo6 yolo8}; do
  [ -f "$work/$family.safetensors" ] ||
    "$tacho" train "$here/config.json" --set folds=0 --set 'leave_families=["'"$family"'"]' \
      --set output="$work/$family.safetensors" "$@" >"$work/$family.out" 2>&1
  "$tacho" dataset split "$work/both.h5" -o "$work/split-$family" --seed 1 --val 0.1 --leave-family "$family" >/dev/null
done
echo "| without | set | on | MAPE %, mean over platforms | within 10 % |"
echo "|---|---|---|---|---|"
for fold in ${FOLDS:-0 1 2 3 4}; do score "$work/fold$fold.safetensors" "$work/split$fold" "fold $fold"; done
for family in ${FAMILIES:-yolo3 yolo4 yolo5 yolo6 yolo8}; do score "$work/$family.safetensors" "$work/split-$family" "$family"; done
