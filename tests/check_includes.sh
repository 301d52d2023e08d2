#!/usr/bin/env bash
# Holds src/ to the table in docs/architecture.md: which folder may include which, and which outside
# headers only one folder may use. Prints every line that breaks it; exit code 1 if there is one.
set -u
cd "$(dirname "$0")/../src" || exit 1
broken=0

# folder: prefixes that its own includes ("...") may have
declare -A may=(
  [common]="common"
  [graph_ir]="common graph_ir"
  [backends]="common graph_ir backends"
  [dataset]="common graph_ir dataset"
  [latency_db]="common graph_ir dataset latency_db"
  [gnn/serve]="common graph_ir gnn/serve"
  [gnn/train]="common graph_ir dataset gnn/serve gnn/train"
  [kernel_builder]="common graph_ir dataset kernel_builder"
  [cli]="common graph_ir dataset latency_db gnn/serve gnn/train backends kernel_builder cli"
)
for folder in "${!may[@]}"; do
  [ -d "$folder" ] || continue
  allowed=$(printf '%s/|' ${may[$folder]})
  [ "$folder" = kernel_builder ] && allowed+='backends/backend\.h|backends/measure(_graph)?\.h|'
  if grep -rnE '^#include "' "$folder" | grep -vE "#include \"(${allowed%|})"; then
    echo "  ^ src/$folder may include only: ${may[$folder]}"
    broken=1
  fi
done

# outside headers and the one place that may use them
only() {  # pattern, folder regex
  if grep -rnE "^#include <($1)" . | grep -vE "^\./($2)"; then
    echo "  ^ only src/($2) may include <$1>"
    broken=1
  fi
}
only 'torch/|ATen/' 'gnn/train/|backends/libtorch/'
only 'oneapi/' 'backends/onednn/'
only 'opencv2/' 'backends/opencv/'
only 'boost/graph/' 'graph_ir/'
only 'hdf5|H5' 'dataset/'
only 'archive' 'dataset/'
only 'sqlite3|libpq' 'latency_db/'
only 'zlib' 'latency_db/stored_graph'
only 'xgboost/' 'kernel_builder/'
only 'yaml-cpp/' 'kernel_builder/'
only 'Eigen/' 'gnn/|common/nnls|kernel_builder/'
only 'CLI/' 'cli/|gnn/train/main.cc'
only 'nlohmann/' 'common/|graph_ir/fusion_rules|gnn/|dataset/|latency_db/|kernel_builder/|backends/|cli/'
only 'onnx/' 'graph_ir/'
exit $broken
