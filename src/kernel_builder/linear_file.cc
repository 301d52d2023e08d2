#include "kernel_builder/linear_file.h"

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "common/error.h"
#include "common/side_file.h"

namespace tacho {
namespace {

using json = nlohmann::ordered_json;

constexpr const char* kFormat = "tacho-linear";
constexpr int kVersion = 1;
constexpr double kMillion = 1e6, kGiga = 1e9;

/// A JSON object with the path to it, which errors name: "platforms[3].training".
class Reader {
 public:
  Reader(const json& object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object.is_object()) throw Error(place_ + ": is not an object");
  }

  bool has(const char* key) const { return object_.contains(key); }
  const json& at(const char* key) const {
    if (!has(key)) throw Error(named(key) + ": is missing");
    return object_.at(key);
  }
  Reader object(const char* key) const { return Reader(at(key), named(key)); }
  std::string text(const char* key) const {
    if (!at(key).is_string()) throw Error(named(key) + ": is not a text");
    return at(key).get<std::string>();
  }
  double number(const char* key) const { return number(at(key), named(key)); }
  size_t count(const char* key) const { return static_cast<size_t>(number(key)); }
  std::pair<double, double> pair(const char* key) const {
    const json& list = at(key);
    if (!list.is_array() || list.size() != 2) throw Error(named(key) + ": is not two numbers");
    return {number(list[0], named(key)), number(list[1], named(key))};
  }
  std::string named(const char* key) const { return place_.empty() ? key : place_ + "." + key; }

 private:
  static double number(const json& value, const std::string& name) {
    if (!value.is_number()) throw Error(name + ": is not a number");
    const double number = value.get<double>();
    if (!(number >= 0) || number > 1e300) throw Error(name + ": must be 0 or more");
    return number;
  }

  const json& object_;
  std::string place_;
};

LinearPlatform platform_of(const Reader& in) {
  LinearPlatform p;
  p.name = in.text("platform");
  p.law = {in.number("ms_per_million_acts") / kMillion,
           in.number("ms_per_million_inputs") / kMillion, in.number("ms_per_gflop") / kGiga,
           in.number("constant_ms")};
  if (in.has("low_range")) {
    const Reader low = in.object("low_range");
    p.low = LowRange{low.number("slope"), low.number("offset_ms")};
    if (p.low->slope >= 1) throw Error(low.named("slope") + ": must be below 1");
  }
  std::tie(p.band_low, p.band_high) = in.pair("band");
  const auto batches = in.pair("batches");
  p.batches = {static_cast<int64_t>(batches.first), static_cast<int64_t>(batches.second)};
  const Reader training = in.object("training");
  p.rows = training.count("rows");
  p.networks = training.count("networks");
  p.training_median_error = training.number("median_error_percent");
  const Reader shares = training.object("shares");
  p.shares = {shares.number("acts"), shares.number("inputs"), shares.number("flops"),
              shares.number("constant")};
  return p;
}

json json_of(const LinearPlatform& p) {
  json out;
  out["platform"] = p.name;
  out["ms_per_million_acts"] = p.law.ms_per_act * kMillion;
  out["ms_per_million_inputs"] = p.law.ms_per_input * kMillion;
  out["ms_per_gflop"] = p.law.ms_per_flop * kGiga;
  out["constant_ms"] = p.law.constant_ms;
  if (p.low) {
    out["low_range"] = {{"slope", p.low->slope},
                        {"offset_ms", p.low->offset_ms},
                        {"breakpoint_ms", p.low->breakpoint_ms()}};
  }
  out["band"] = {p.band_low, p.band_high};
  out["batches"] = {p.batches.low, p.batches.high};
  out["training"] = {{"rows", p.rows},
                     {"networks", p.networks},
                     {"median_error_percent", p.training_median_error},
                     {"shares",
                      {{"acts", p.shares.acts},
                       {"inputs", p.shares.inputs},
                       {"flops", p.shares.flops},
                       {"constant", p.shares.constant}}}};
  return out;
}

LinearModel model_of_json(const json& document) {
  const Reader in(document, "");
  if (in.text("format") != kFormat) {
    throw Error("format: is '" + in.text("format") + "', not '" + kFormat + "'");
  }
  if (in.number("version") != kVersion) {
    throw Error("version: is " + in.at("version").dump() + "; this program reads " +
                std::to_string(kVersion));
  }
  LinearModel model;
  model.write_weight = in.number("write_weight");
  model.objective = in.text("objective");
  const json& platforms = in.at("platforms");
  if (!platforms.is_array() || platforms.empty()) throw Error("platforms: is not a list of any");
  std::set<std::string> names;
  for (size_t i = 0; i < platforms.size(); ++i) {
    const std::string place = "platforms[" + std::to_string(i) + "]";
    model.platforms.push_back(platform_of(Reader(platforms[i], place)));
    if (!names.insert(model.platforms.back().name).second) {
      throw Error(place + ".platform: '" + model.platforms.back().name + "' is there twice");
    }
  }
  return model;
}

}  // namespace

LinearModel load_linear_model(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(path + ": cannot open the linear model; tacho linear fit makes one");
  return with_context(path, [&] {
    const json document = json::parse(in, nullptr, false);
    if (document.is_discarded()) throw Error("is not JSON, so no linear model");
    return model_of_json(document);
  });
}

void save_linear_model(const std::string& path, const LinearModel& model) {
  json document;
  document["format"] = kFormat;
  document["version"] = kVersion;
  document["form"] =
      "latency_ms = a*acts + b*inputs + c*flops + d; below the breakpoint slope*that + offset";
  document["counts"] = "per batch; a multiply-accumulate is 2 flops";
  document["write_weight"] = model.write_weight;
  document["objective"] = model.objective;
  document["platforms"] = json::array();
  for (const LinearPlatform& p : model.platforms) document["platforms"].push_back(json_of(p));
  write_whole_file(path, document.dump(2) + "\n");
}

}  // namespace tacho
