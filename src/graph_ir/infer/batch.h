// Where a batch that differs from the declared one goes through constants that contain the declared
// one.
//
// A rule that takes its output's dims from a constant (Reshape, Expand, Resize, Split, …) asks
// first whether that constant is the same as in the graph inferred at the declared batch although
// the input's dims are not. Then the constant has the declared batch in it, and the output is the
// declared output, changed where the batch went.
#pragma once

#include "graph_ir/infer/context.h"

namespace tacho {

/// Under a batch override that changed input `data` but not the elements of input `constant`; for a
/// rule whose constant is an attribute, `constant` is kAttribute.
constexpr size_t kAttribute = static_cast<size_t>(-1);
bool constant_missed_batch(const InferContext& c, size_t data, size_t constant);

/// The dims that a reordering-free change of shape gives at the asked batch: `declared_in` became
/// `declared_out` at the declared batch, and the input is now `in`. For each dimension of the input
/// that changed (by a factor r, with P elements' worth of dimensions before it) the output
/// dimension that starts at the same prefix product P is multiplied by r; of several (there are
/// dimensions of 1), the first that is 1 or the declared batch itself; if none starts at P, the one
/// that contains it. Null if the factor does not divide.
/// Two spellings of (sequence × batch, features) are known besides: a batch between rows and
/// features joins the rows, and leaves the rows of a matrix for a dimension of its own right behind
/// them.
std::optional<Dims> follow_batch(const Dims& declared_in, const Dims& in, const Dims& declared_out,
                                 int64_t declared_batch);

/// The same for the node's input 0 and output 0. Fails where follow_batch gives null.
Dims follow_batch(const InferContext& c);

/// For operators that keep the rank: per dimension the declared output, but the input's own
/// dimension where the declared output had the declared input's. `in` counts from the right if the
/// ranks differ.
Dims follow_dims(const Dims& declared_in, const Dims& in, const Dims& declared_out);

/// `size` elements were taken of a dimension of `declared` elements that is now `now` long.
int64_t follow_size(int64_t size, int64_t declared, int64_t now);

}  // namespace tacho
