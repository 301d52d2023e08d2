// LSTM, GRU, RNN.
#include "graph_ir/infer/arithmetic.h"
#include "graph_ir/infer/rules.h"

namespace tacho {

// X: sequence×batch×input, or batch×sequence×input with layout 1; W:
// directions×(gates·hidden)×input; R: directions×(gates·hidden)×hidden. Outputs: Y (all steps),
// Y_h, and for LSTM Y_c (the last one).
void infer_recurrent(InferContext& c) {
  const Op op = c.node().op;
  const int64_t gates = op == Op::kLSTM ? 4 : op == Op::kGRU ? 3 : 1;
  if (c.rank(0) != 3 || c.rank(1) != 3 || c.rank(2) != 3) c.fail("X, W and R must have rank 3");
  const Dims &x = c.dims(0), &w = c.dims(1), &r = c.dims(2);
  const int64_t hidden = c.node().int_attribute("hidden_size", r[2]);
  const std::string_view direction = c.node().text_attribute("direction", "forward");
  const int64_t directions = direction == "bidirectional" ? 2 : 1;
  if (hidden < 1 || r[2] != hidden || w[1] != saturating_mul(gates, hidden) || r[1] != w[1]) {
    c.fail("W and R are not for a hidden size of " + std::to_string(hidden));
  }
  if (w[0] != directions || r[0] != directions) {
    c.fail("W and R are for " + std::to_string(w[0]) + " directions, not " +
           std::to_string(directions));
  }
  if (w[2] != x[2]) c.fail("W is for inputs of " + std::to_string(w[2]));
  const bool batch_first = c.node().int_attribute("layout", 0) != 0;
  const int64_t sequence = x[batch_first ? 1 : 0], batch = x[batch_first ? 0 : 1];
  const Dims last = batch_first ? Dims{batch, directions, hidden} : Dims{directions, batch, hidden};
  c.set_output(0,
               batch_first ? Dims{batch, sequence, directions, hidden}
                           : Dims{sequence, directions, batch, hidden},
               c.dtype(0));
  c.set_output(1, last, c.dtype(0));
  if (op == Op::kLSTM) c.set_output(2, last, c.dtype(0));
}

}  // namespace tacho
