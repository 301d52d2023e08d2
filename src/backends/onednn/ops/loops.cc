// What oneDNN has no primitive for, as plain loops over float32 and integers of 32 bits. Networks
// need these for masks and positions, seldom for much.
#include <cmath>

#include "backends/onednn/ops/ops.h"
#include "backends/onednn/ops/picking.h"

namespace tacho::onednn {
namespace {

/// Of one element of each operand.
using Function = double (*)(const double* x);

double modulo(const double* x) {
  const double rest = std::fmod(x[0], x[1]);
  return rest != 0 && (rest < 0) != (x[1] < 0) ? rest + x[1] : rest;
}

Function function_of(const NodeContext& c) {
  const bool integers = is_integer(c.out_dtype());
  switch (c.node().op) {
    case Op::kErf:
      return [](const double* x) { return std::erf(x[0]); };
    case Op::kFloor:
      return [](const double* x) { return std::floor(x[0]); };
    case Op::kCeil:
      return [](const double* x) { return std::ceil(x[0]); };
    case Op::kSign:
      return [](const double* x) { return static_cast<double>((x[0] > 0) - (x[0] < 0)); };
    case Op::kSin:
      return [](const double* x) { return std::sin(x[0]); };
    case Op::kCos:
      return [](const double* x) { return std::cos(x[0]); };
    case Op::kTan:
      return [](const double* x) { return std::tan(x[0]); };
    case Op::kAtan:
      return [](const double* x) { return std::atan(x[0]); };
    case Op::kNeg:
      return [](const double* x) { return -x[0]; };
    case Op::kAbs:
      return [](const double* x) { return std::abs(x[0]); };
    case Op::kSoftsign:
      return [](const double* x) { return x[0] / (1 + std::abs(x[0])); };
    case Op::kNot:
      return [](const double* x) { return x[0] == 0 ? 1.0 : 0.0; };
    case Op::kIsNaN:
      return [](const double* x) { return std::isnan(x[0]) ? 1.0 : 0.0; };
    case Op::kAdd:
      return [](const double* x) { return x[0] + x[1]; };
    case Op::kSub:
      return [](const double* x) { return x[0] - x[1]; };
    case Op::kMul:
      return [](const double* x) { return x[0] * x[1]; };
    case Op::kDiv:
      if (integers) return [](const double* x) { return x[1] == 0 ? 0 : std::trunc(x[0] / x[1]); };
      return [](const double* x) { return x[0] / x[1]; };
    case Op::kPow:
      return [](const double* x) { return std::pow(x[0], x[1]); };
    case Op::kMin:
      return [](const double* x) { return std::fmin(x[0], x[1]); };
    case Op::kMax:
      return [](const double* x) { return std::fmax(x[0], x[1]); };
    case Op::kMod:
      if (c.node().int_attribute("fmod", 0) != 0) {
        return [](const double* x) { return std::fmod(x[0], x[1]); };
      }
      return modulo;
    case Op::kEqual:
      return [](const double* x) { return x[0] == x[1] ? 1.0 : 0.0; };
    case Op::kGreater:
      return [](const double* x) { return x[0] > x[1] ? 1.0 : 0.0; };
    case Op::kGreaterOrEqual:
      return [](const double* x) { return x[0] >= x[1] ? 1.0 : 0.0; };
    case Op::kLess:
      return [](const double* x) { return x[0] < x[1] ? 1.0 : 0.0; };
    case Op::kLessOrEqual:
      return [](const double* x) { return x[0] <= x[1] ? 1.0 : 0.0; };
    case Op::kAnd:
      return [](const double* x) { return x[0] != 0 && x[1] != 0 ? 1.0 : 0.0; };
    case Op::kOr:
      return [](const double* x) { return x[0] != 0 || x[1] != 0 ? 1.0 : 0.0; };
    case Op::kXor:
      return [](const double* x) { return (x[0] != 0) != (x[1] != 0) ? 1.0 : 0.0; };
    case Op::kWhere:
      return [](const double* x) { return x[0] != 0 ? x[1] : x[2]; };
    default:
      throw Refusal("the operator is not supported");
  }
}

double element(const Tensor& x, int64_t place) {
  return x.type() == Type::f32 ? static_cast<double>(x.at<float>()[place])
                               : static_cast<double>(x.at<int32_t>()[place]);
}

void set_element(const Tensor& y, int64_t place, double value) {
  if (y.type() == Type::f32) {
    y.at<float>()[place] = static_cast<float>(value);
  } else {
    y.at<int32_t>()[place] = saturated_int32(value);
  }
}

struct Operand {
  Tensor tensor;
  std::vector<int64_t> places;  ///< by element of the result; empty if they are the same
};

}  // namespace

void build_loop(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const Function function = function_of(c);
  const Shape out = c.out_shape();
  if (c.num_inputs() > 3) throw Refusal("more than two operands");
  std::vector<Operand> operands;
  std::vector<Tensor> touched;
  bool known = true;
  for (size_t i = 0; i < c.num_inputs(); ++i) {
    const ValueId v = c.value(i);
    Operand operand{is_float(c.dtype(i)) ? b.in_f32(v) : b.in_ints(v), {}};
    const Shape shape = c.shape(i);
    if (shape != out && !b.dry()) {
      operand.places = places_of(out, [&](const Shape& at) { return broadcast_place(shape, at); });
    }
    known = known && operand.tensor.known();
    touched.push_back(operand.tensor);
    operands.push_back(std::move(operand));
  }
  const Tensor y = b.program().make(plain(out, held_type(c.out_dtype(), Type::f32)), known);
  touched.push_back(y);
  const int64_t elements = elements_of(out);
  b.program().add_loop(std::string(op_name(c.node().op)), touched, [=] {
    double x[3] = {0, 0, 0};
    for (int64_t i = 0; i < elements; ++i) {
      for (size_t k = 0; k < operands.size(); ++k) {
        const Operand& operand = operands[k];
        x[k] = element(operand.tensor,
                       operand.places.empty() ? i : operand.places[static_cast<size_t>(i)]);
      }
      set_element(y, i, function(x));
    }
  });
  b.put(b.graph().node(group.root).outputs[0], y);
  if (!group.activations.empty()) b.put(group.result, activated(b, group, y));
}

void build_arg_reduce(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  if (c.node().int_attribute("select_last_index", 0) != 0) throw Refusal("select_last_index");
  const Shape in = c.shape(0);
  const auto axis = static_cast<size_t>(c.axis(c.node().int_attribute("axis", 0), c.rank()));
  const int64_t size = in[axis];
  const int64_t inner = row_major_strides(in)[axis], outer = elements_of(in) / (size * inner);
  const bool least = c.node().op == Op::kArgMin;
  const Tensor x = is_float(c.dtype(0)) ? b.in_f32(c.value(0)) : b.in_ints(c.value(0));
  const Tensor y = b.make_plain(group.result, x.known());
  b.program().add_loop(std::string(op_name(c.node().op)), {x, y}, [=] {
    for (int64_t o = 0; o < outer * inner; ++o) {
      const int64_t start = o / inner * size * inner + o % inner;
      int64_t best = 0;
      for (int64_t i = 1; i < size; ++i) {
        const double a = element(x, start + i * inner), e = element(x, start + best * inner);
        if (least ? a < e : a > e) best = i;
      }
      set_element(y, o, static_cast<double>(best));
    }
  });
  b.put(group.result, y);
}

void build_cast(Builder& b, const Group& group) {
  const NodeContext c(b.graph(), group.root);
  const bool from = is_float(c.dtype(0)), to = is_float(c.out_dtype());
  const ValueId v = c.value(0);
  held_type(c.out_dtype(), b.real());
  if (from == to && c.out_dtype() != DType::kBool) return build_reshape(b, group);
  const Tensor x = from ? b.in_f32(v) : b.in_ints(v);
  const Tensor y = b.program().make(plain(c.out_shape(), to ? Type::f32 : Type::s32), x.known());
  const bool truth = c.out_dtype() == DType::kBool;
  const int64_t elements = elements_of(c.out_shape());
  b.program().add_loop("Cast", {x, y}, [=] {
    for (int64_t i = 0; i < elements; ++i) {
      const double value = element(x, i);
      set_element(y, i, truth ? static_cast<double>(value != 0) : value);
    }
  });
  b.put(group.result, y);
}

}  // namespace tacho::onednn
