// Matrix products of the forward pass, compiled for several instruction sets and chosen at start:
// the library is built for any x86-64, whose vectors are a quarter as wide as what most have.
#pragma once

#include "gnn/serve/checkpoint.h"

namespace tacho {

using RowMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// out += x · w. out: rows of x × columns of w.
void add_product(const RowMatrix& x, const Checkpoint::Matrix& w, RowMatrix* out);

}  // namespace tacho
