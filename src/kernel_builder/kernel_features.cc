#include "kernel_builder/kernel_features.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <utility>

namespace tacho {
namespace {

constexpr double kFloat = 4;  // bytes
constexpr double kLaunchMs = 0.02;

double log2_of(double x) { return std::log2(std::max(x, 1e-9)); }
/// Share of `tile`-sized pieces that `x` fills.
double fill_of(double x, double tile) { return x / (std::ceil(x / tile) * tile); }
/// How many of 2, 4, 8, 16, 32 divide `x`.
double alignment_of(double x) {
  double count = 0;
  for (double d = 2; d <= 32 && std::fmod(x, d) == 0; d *= 2) ++count;
  return count;
}

/// Collects values, and names where they are asked for.
class Row {
 public:
  Row(std::vector<float>& values, std::vector<std::string>* names)
      : values_(values), names_(names) {}
  void add(const char* stem, const char* what, double value) {
    values_.push_back(static_cast<float>(value));
    if (names_ != nullptr) names_->push_back(*what == '\0' ? stem : std::string(stem) + "." + what);
  }
  void add_log2(const char* what, double value) { add("log2", what, log2_of(value)); }

 private:
  std::vector<float>& values_;
  std::vector<std::string>* names_;
};

/// What one kernel takes in units of the device.
struct Device {
  double sm, bytes_per_ms, flops_per_ms, macs_per_sm_ms, roofline_ms;
};

struct Tile {
  const char* name;
  double m, n;
};

/// A batch of products cut into tiles, `traffic_ms` beside it.
void add_tiled(Row& row, const Device& d, const Tile& t, double batch, double m, double n, double k,
               double traffic_ms) {
  const double blocks = batch * std::ceil(m / t.m) * std::ceil(n / t.n);
  const double waves = blocks / d.sm, whole = std::ceil(waves);
  row.add(t.name, "waves", log2_of(waves));
  row.add(t.name, "eff", waves / whole);
  row.add(t.name, "fill", batch * m * n / (blocks * t.m * t.n));
  row.add(t.name, "time",
          log2_of((whole * t.m * t.n * k / d.macs_per_sm_ms + traffic_ms) / d.roofline_ms));
}

void add_fills(Row& row, const char* name, double x) {
  for (const auto& [tile, what] : std::initializer_list<std::pair<double, const char*>>{
           {4, "fill4"}, {8, "fill8"}, {32, "fill32"}, {64, "fill64"}, {128, "fill128"}}) {
    row.add(name, what, fill_of(x, tile));
  }
  row.add(name, "align", alignment_of(x));
}

void add_product(Row& row, const Device& d, const Workload& w) {
  row.add_log2("gemm.m", w.m);
  row.add_log2("gemm.n", w.n);
  row.add_log2("gemm.k", w.k);
  row.add_log2("gemm.batch", w.batch);
  row.add_log2("gemm.mn", w.batch * w.m * w.n);
  row.add_log2("gemm.mk", w.batch * w.m * w.k);
  row.add_log2("gemm.nk", w.batch * w.n * w.k);
  row.add_log2("gemm.m_by_n", w.m / w.n);
  for (const Tile& tile :
       {Tile{"gemm256x128", 256, 128}, Tile{"gemm128x128", 128, 128}, Tile{"gemm128x64", 128, 64},
        Tile{"gemm64x128", 64, 128}, Tile{"gemm64x64", 64, 64}, Tile{"gemm128x32", 128, 32},
        Tile{"gemm32x128", 32, 128}, Tile{"gemm64x32", 64, 32}, Tile{"gemm32x32", 32, 32}}) {
    add_tiled(row, d, tile, w.batch, w.m, w.n, w.k, 0);
  }
  add_fills(row, "m", w.m);
  add_fills(row, "n", w.n);
  add_fills(row, "k", w.k);
}

/// Winograd's minimal filtering F(t×t, 3×3): (t + 2)² products of [tiles × cin] by [cin × cout]
/// (Lavin & Gray, arXiv:1509.09308); FFT: products per frequency, complex ones as four real ones
/// (Mathieu et al., arXiv:1312.5851), tiles of `t` outputs in transforms of t + 2 points.
void add_window(Row& row, const Device& d, const Workload& w, double images) {
  const double out = std::sqrt(w.m / images);
  const double positions = static_cast<double>(w.kernel_positions);
  const double cin = w.k / positions, cout = w.n, groups = w.batch;
  row.add_log2("cin_by_cout", cin / cout);
  add_fills(row, "cin", cin);
  add_fills(row, "cout", cout);
  add_fills(row, "images", images);
  row.add("out", "odd", std::fmod(out, 2));
  row.add("out", "mod4", std::fmod(out, 4));
  for (const auto& [t, name, small, large] :
       {std::tuple{2.0, "winograd2", Tile{"winograd2.64x64", 64, 64},
                   Tile{"winograd2.128x128", 128, 128}},
        std::tuple{4.0, "winograd4", Tile{"winograd4.64x64", 64, 64},
                   Tile{"winograd4.128x128", 128, 128}}}) {
    const double points = (t + 2) * (t + 2), tiles = images * std::pow(std::ceil(out / t), 2);
    const double elements = w.m * (cin + cout) + 2 * points * tiles * (cin + cout) +
                            cin * cout * (positions + 2 * points);
    const double traffic_ms = groups * kFloat * elements / d.bytes_per_ms;
    row.add(name, "fill", std::pow(fill_of(out, t), 2));
    row.add(name, "traffic", log2_of(traffic_ms / d.roofline_ms));
    add_tiled(row, d, small, groups * points, tiles, cout, cin, traffic_ms);
    add_tiled(row, d, large, groups * points, tiles, cout, cin, traffic_ms);
  }
  const double tiles2 = images * std::pow(std::ceil(out / 2), 2);
  add_tiled(row, d, {"winograd_fused.32x64", 32, 64}, groups, tiles2, cout, 16 * cin, 0);
  add_tiled(row, d, {"winograd_fused.16x128", 16, 128}, groups, tiles2, cout, 16 * cin, 0);
  for (const auto& [t, points, tile] : {std::tuple{6.0, 40.0, Tile{"fft6.32x32", 32, 32}},
                                        std::tuple{14.0, 144.0, Tile{"fft14.32x32", 32, 32}},
                                        std::tuple{30.0, 544.0, Tile{"fft30.32x32", 32, 32}}}) {
    const double tiles = images * std::pow(std::ceil(out / t), 2);
    const double traffic_ms =
        groups *
        (kFloat * w.m * (cin + cout) + 4 * kFloat * points * (tiles * (cin + cout) + cin * cout)) /
        d.bytes_per_ms;
    add_tiled(row, d, tile, groups * points * 4, tiles, cout, cin, traffic_ms);
  }
}

void add_plain(Row& row, const Device& d, const KernelCost& c, double rows, double columns) {
  const double elements = c.cost.write_bytes / kFloat;
  row.add_log2("row_count", rows);
  row.add_log2("row_length", columns);
  row.add("columns", "align", alignment_of(columns));
  row.add("elements", "align", alignment_of(elements));
  for (const auto& [tile, what] :
       std::initializer_list<std::pair<double, const char*>>{{32, "fill32"},
                                                             {128, "fill128"},
                                                             {256, "fill256"},
                                                             {512, "fill512"},
                                                             {1024, "fill1024"}}) {
    row.add("columns", what, fill_of(columns, tile));
  }
  row.add("columns", "to_power_of_2", std::ceil(log2_of(columns)) - log2_of(columns));
  for (const auto& [per_block, name] : std::initializer_list<std::pair<double, const char*>>{
           {512, "elements512"}, {1024, "elements1024"}, {4096, "elements4096"}}) {
    const double waves = std::ceil(elements / per_block) / d.sm;
    row.add(name, "waves", log2_of(waves));
    row.add(name, "eff", waves / std::ceil(waves));
  }
  for (const auto& [per_block, name] : std::initializer_list<std::pair<double, const char*>>{
           {1, "rows1"}, {4, "rows4"}, {8, "rows8"}}) {
    const double waves = std::ceil(rows / per_block) / d.sm;
    row.add(name, "waves", log2_of(waves));
    row.add(name, "eff", waves / std::ceil(waves));
  }
}

double parameter(const KernelType& type, const KernelConfig& config, const char* name) {
  const auto& parameters = type.parameters();
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].name == name) return static_cast<double>(config.values[i]);
  }
  return 0;
}

bool has_parameter(const KernelType& type, const char* name) {
  for (const KernelParameter& p : type.parameters()) {
    if (p.name == name) return true;
  }
  return false;
}

/// The columns that a user's kernel declares.
void add_asked_for(Row& row, const KernelType& type, const KernelConfig& config, const Cost& cost) {
  for (const std::string& feature : type.features()) {
    double value = parameter(type, config, feature.c_str());
    if (feature == "flops") value = cost.flops;
    if (feature == "params") value = cost.params;
    if (feature == "bytes") value = cost.bytes();
    if (feature == "intensity") value = cost.intensity();
    row.add_log2(feature.c_str(), std::max(value, 1e-3));
  }
}

void fill_row(const KernelType& type, const KernelConfig& config, const DeviceFacts& facts,
              Row& row, double& roofline_ms) {
  const KernelCost c = type.cost(config);
  Device d{};
  d.sm = facts.sm;
  d.bytes_per_ms = facts.bandwidth_gb_s * 1e6;
  d.flops_per_ms = facts.fp32_gflops * 1e6;
  d.macs_per_sm_ms = d.flops_per_ms / facts.sm / 2;
  d.roofline_ms = c.cost.flops / d.flops_per_ms + c.cost.bytes() / d.bytes_per_ms + kLaunchMs;
  roofline_ms = d.roofline_ms;

  if (!type.features().empty()) return add_asked_for(row, type, config, c.cost);
  const auto& parameters = type.parameters();
  for (size_t i = 0; i < parameters.size(); ++i) {
    const auto value = static_cast<double>(std::max<int64_t>(config.values[i], 1));
    row.add_log2(parameters[i].name.c_str(), value);
  }
  row.add_log2("flops", c.cost.flops);
  row.add_log2("read_bytes", c.cost.read_bytes);
  row.add_log2("write_bytes", c.cost.write_bytes);
  row.add_log2("weight_bytes", std::max(c.cost.weight_bytes, 1.0));
  row.add_log2("intensity", c.cost.intensity());
  if (c.work.macs() > 0) {
    add_product(row, d, c.work);
    if (has_parameter(type, "k") && has_parameter(type, "s")) {
      add_window(row, d, c.work, std::max(parameter(type, config, "b"), 1.0));
    }
  } else {
    const double elements = std::max(c.cost.write_bytes / kFloat, 1.0);
    const double columns = parameter(type, config, "cols");
    add_plain(row, d, c, columns > 0 ? elements / columns : 1, columns > 0 ? columns : elements);
  }
  row.add_log2("roofline", d.roofline_ms);
  row.add_log2("device.sm", facts.sm);
  row.add_log2("device.bandwidth", facts.bandwidth_gb_s);
  row.add_log2("device.fp32", facts.fp32_gflops);
  row.add_log2("device.l2", facts.l2_mb);
  row.add_log2("device.clock", facts.clock_mhz);
  row.add_log2("in_l2", c.cost.bytes() / (facts.l2_mb * 1e6));
}

/// Some configuration, not always a valid one: only its columns are looked at.
KernelConfig any_config(const KernelType& type) {
  std::vector<int64_t> values;
  for (const KernelParameter& p : type.parameters()) {
    const bool own_sizes = type.custom() && !p.valid.empty();  // a template may take no others
    values.push_back(own_sizes               ? p.valid[p.valid.size() / 2]
                     : p.absent == kRequired ? std::max<int64_t>(p.least, 8)
                                             : kRequired);
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] == kRequired) values[i] = absent_value(type, values, i);
  }
  return {type.name(), std::move(values)};
}

}  // namespace

std::vector<std::string> kernel_feature_names(const KernelType& type) {
  std::vector<float> values;
  std::vector<std::string> names;
  Row row(values, &names);
  double roofline_ms = 0;
  fill_row(type, any_config(type), nominal_device(""), row, roofline_ms);
  return names;
}

void kernel_features(const KernelType& type, const KernelConfig& config, const DeviceFacts& device,
                     KernelFeatures& features) {
  features.values.clear();
  Row row(features.values, nullptr);
  fill_row(type, config, device, row, features.roofline_ms);
}

KernelFeatures kernel_features(const KernelType& type, const KernelConfig& config,
                               const DeviceFacts& device) {
  KernelFeatures features;
  kernel_features(type, config, device, features);
  return features;
}

}  // namespace tacho
