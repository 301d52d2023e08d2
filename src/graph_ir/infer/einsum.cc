// Einsum: letters name dimensions, "..." stands for broadcast ones, what the right side leaves out
// is summed.
#include <array>
#include <cctype>
#include <string>

#include "graph_ir/infer/rules.h"
#include "graph_ir/infer/tensor_math.h"

namespace tacho {
namespace {

constexpr char kEllipsis = '.';

/// "b...hd" as letters, kEllipsis standing for the three dots. Fails on anything else.
std::string parse_term(const InferContext& c, std::string_view text) {
  std::string term;
  for (size_t i = 0; i < text.size(); ++i) {
    const char ch = text[i];
    if (ch == ' ') continue;
    if (std::isalpha(static_cast<unsigned char>(ch)) != 0) {
      term += ch;
    } else if (text.substr(i, 3) == "..." && term.find(kEllipsis) == std::string::npos) {
      term += kEllipsis;
      i += 2;
    } else {
      c.fail("the equation has an unexpected '" + std::string(1, ch) + "'");
    }
  }
  return term;
}

std::vector<std::string> parse_terms(const InferContext& c, std::string_view text) {
  std::vector<std::string> terms;
  size_t begin = 0;
  while (true) {
    const size_t comma = text.find(',', begin);
    terms.push_back(parse_term(c, text.substr(begin, comma - begin)));
    if (comma == std::string_view::npos) return terms;
    begin = comma + 1;
  }
}

class Labels {
 public:
  explicit Labels(const InferContext& c) : c_(c) {}

  void add(const std::string& term, const OperandDims& dims) {
    const bool open = term.find(kEllipsis) != std::string::npos;
    const size_t letters = term.size() - (open ? 1 : 0);
    if (open ? dims.now.size() < letters : dims.now.size() != letters) {
      c_.fail("the equation's term '" + term + "' has another rank than its input");
    }
    size_t d = 0;
    for (const char label : term) {
      if (label == kEllipsis) {
        const size_t end = d + dims.now.size() - letters;
        ellipsis_.push_back({Dims(dims.now.begin() + d, dims.now.begin() + end),
                             Dims(dims.declared.begin() + d, dims.declared.begin() + end),
                             dims.unscaled});
        d = end;
        continue;
      }
      const auto i = static_cast<unsigned char>(label);
      const OperandDim size = {dims.now[d], dims.declared[d], dims.unscaled};
      sizes_[i] = uses_[i]++ == 0 ? size : broadcast_dim(c_, sizes_[i], size);
      ++d;
    }
  }

  /// What the equation means without a right side: the ellipsis, then letters that occur once.
  std::string implicit_output() const {
    std::string term(ellipsis_.empty() ? "" : std::string(1, kEllipsis));
    for (size_t label = 0; label < uses_.size(); ++label) {
      if (uses_[label] == 1) term += static_cast<char>(label);
    }
    return term;
  }

  Dims dims_of(const std::string& term) const {
    Dims dims;
    for (const char label : term) {
      if (label == kEllipsis) {
        const Dims all = broadcast(c_, ellipsis_);
        dims.insert(dims.end(), all.begin(), all.end());
      } else {
        const auto i = static_cast<unsigned char>(label);
        if (uses_[i] == 0)
          c_.fail(std::string("no input has the equation's output '") + label + "'");
        dims.push_back(sizes_[i].now);
      }
    }
    return dims;
  }

 private:
  const InferContext& c_;
  std::array<OperandDim, 256> sizes_{};
  std::array<int, 256> uses_{};
  std::vector<OperandDims> ellipsis_;
};

}  // namespace

void infer_einsum(InferContext& c) {
  const std::string_view equation = c.node().text_attribute("equation", "");
  const size_t arrow = equation.find("->");
  const std::vector<std::string> terms = parse_terms(c, equation.substr(0, arrow));
  if (terms.size() != c.num_inputs()) {
    c.fail("the equation has " + std::to_string(terms.size()) + " terms");
  }
  Labels labels(c);
  for (size_t i = 0; i < terms.size(); ++i) {
    OperandDims dims = operand(c, i);
    if (dims.declared.size() != dims.now.size()) dims.declared = dims.now;
    labels.add(terms[i], dims);
  }
  const std::string out = arrow == std::string_view::npos
                              ? labels.implicit_output()
                              : parse_term(c, equation.substr(arrow + 2));
  if (out.size() > kMaxRank) c.fail("the equation's output has too many dimensions");
  c.set_output(0, labels.dims_of(out), c.dtype(0));
}

}  // namespace tacho
