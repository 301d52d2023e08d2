#include "kernel_builder/kernel_parts.h"

#include <algorithm>

#include "kernel_builder/kernel_declaration.h"
#include "kernel_builder/network_shapes.h"

namespace tacho {
namespace {

using Parts = std::vector<KernelPart>;

/// Empty if one of them is not valid.
Parts all_of(std::initializer_list<MaybeConfig> configs) {
  Parts parts;
  for (const MaybeConfig& config : configs) {
    if (!config) return {};
    parts.push_back({*config});
  }
  return parts;
}

/// The kernel, stride, padding and batch of `v` on other maps and channels.
Parts dense_conv(const KernelValues& v, int64_t hw, int64_t cin, int64_t cout) {
  return all_of({valid_config("conv", {{"hw", hw},
                                       {"cin", cin},
                                       {"cout", cout},
                                       {"k", v["k"]},
                                       {"s", v["s"]},
                                       {"p", v["p"]},
                                       {"b", v["b"]}})});
}

Parts of_groups(const KernelValues& v, int64_t groups) {
  return dense_conv(v, v["hw"], v["cin"] / groups, v["cout"]);
}

Parts of_transposed(const KernelValues& v) {
  return dense_conv(v, (v["hw"] - 1) * v["s"] + v["k"] - 2 * v["p"], v["cout"], v["cin"]);
}

Parts of_attention(const KernelValues& v) {
  const int64_t m = v["m"], n = v["n"], d = v["d"], batch = v["b"] * v["heads"];
  return all_of({valid_config("matmul", {{"m", m}, {"n", n}, {"k", d}, {"b", batch}}),
                 valid_config("softmax", {{"rows", v["heads"] * m}, {"cols", n}, {"b", v["b"]}}),
                 valid_config("matmul", {{"m", m}, {"n", d}, {"k", n}, {"b", batch}})});
}

Parts of_squeeze_excite(const KernelValues& v) {
  const int64_t hw = v["hw"], cin = v["cin"], b = v["b"];
  const int64_t squeezed = std::max<int64_t>(1, cin / 4);
  return all_of({valid_config("global-avgpool", {{"hw", hw}, {"cin", cin}, {"b", b}}),
                 valid_config("fc", {{"cin", cin}, {"cout", squeezed}, {"b", b}}),
                 valid_config("fc", {{"cin", squeezed}, {"cout", cin}, {"b", b}}),
                 valid_config("mul", {{"hw", hw}, {"cin", cin}, {"b", b}})});
}

}  // namespace

std::vector<KernelPart> parts_of(const KernelType& type, const KernelConfig& config) {
  const KernelValues v(type.parameters(), config.values);
  const std::string& kind = type.predictor();
  if (kind == "gconv") return of_groups(v, v["g"]);
  if (kind == "dwconv") return of_groups(v, v["cin"]);
  if (kind == "convtranspose") return of_transposed(v);
  if (kind == "attention") return of_attention(v);
  if (kind == "se") return of_squeeze_excite(v);
  if (kind == "addrelu") {
    return all_of({valid_config("add", {{"hw", v["hw"]}, {"cin", v["cin"]}, {"b", v["b"]}})});
  }
  if (kind == "matmul") return {};
  return parts_of(type.cost(config).work, WorkKind::kProduct);
}

std::vector<KernelPart> parts_of(const Workload& work, WorkKind kind) {
  if (!(work.macs() > 0)) return {};
  const bool in_turn = kind == WorkKind::kRecurrent;
  Parts parts = all_of({valid_config("matmul", {{"m", rounded(work.m)},
                                                {"n", rounded(work.n)},
                                                {"k", rounded(work.k)},
                                                {"b", in_turn ? 1 : rounded(work.batch)}})});
  if (in_turn && !parts.empty()) parts.front().count = work.batch;
  return parts;
}

}  // namespace tacho
