#include "gnn/train/config.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

using nlohmann::json;

/// One key: how it is read into the configuration and written out of it.
struct Key {
  std::string name;
  std::function<void(const json&, TrainConfig*)> read;
  std::function<json(const TrainConfig&)> write;
  bool decides = true;  ///< whether the trained weights depend on it
};

std::string range_text(double low, double high) {
  std::ostringstream text;
  text << "a number from " << low;
  if (high < std::numeric_limits<double>::infinity()) text << " to " << high;
  return text.str();
}

/// A number or flag reached by `field` (a function from configuration to reference).
template <typename Field>
Key number_key(const char* name, Field field, double low,
               double high = std::numeric_limits<double>::infinity()) {
  using Value = std::decay_t<decltype(field(std::declval<TrainConfig&>()))>;
  Key key;
  key.name = name;
  key.read = [=](const json& value, TrainConfig* config) {
    const bool right_type =
        std::is_integral_v<Value> ? value.is_number_integer() : value.is_number();
    if (!right_type || value.get<double>() < low || value.get<double>() > high) {
      throw Error("must be " + std::string(std::is_integral_v<Value> ? "a whole number: " : "") +
                      range_text(low, high),
                  Fault::kUsage);
    }
    field(*config) = value.get<Value>();
  };
  key.write = [=](const TrainConfig& config) {
    return json(field(const_cast<TrainConfig&>(config)));
  };
  return key;
}

/// A list of texts, or one text alone; `what` are they, in messages.
Key list_key(const char* name, std::vector<std::string> TrainConfig::*field, const char* what,
             bool decides) {
  Key key{name, {}, [field](const TrainConfig& c) { return json(c.*field); }, decides};
  key.read = [field, what](const json& value, TrainConfig* config) {
    const Error fault("must be a list of " + std::string(what), Fault::kUsage);
    std::vector<std::string> list;
    for (const json& item : value.is_array() ? value : json::array({value})) {
      if (!item.is_string()) throw fault;
      list.push_back(item.get<std::string>());
    }
    config->*field = std::move(list);
  };
  return key;
}

template <typename Read>
Key text_key(const char* name, Read read, std::function<json(const TrainConfig&)> write,
             bool decides) {
  Key key{name, {}, std::move(write), decides};
  key.read = [read](const json& value, TrainConfig* config) {
    if (!value.is_string()) throw Error("must be a text", Fault::kUsage);
    read(value.get<std::string>(), config);
  };
  return key;
}

Key flag_key(const char* name, bool TrainConfig::*field) {
  Key key{name, {}, [field](const TrainConfig& c) { return json(c.*field); }, true};
  key.read = [field](const json& value, TrainConfig* config) {
    if (!value.is_boolean()) throw Error("must be true or false", Fault::kUsage);
    config->*field = value.get<bool>();
  };
  return key;
}

void read_freeze(const std::string& text, TrainConfig* config) {
  if (text != "none" && text != "body") throw Error("must be none or body", Fault::kUsage);
  config->freeze_body = text == "body";
}

json write_freeze(const TrainConfig& config) { return config.freeze_body ? "body" : "none"; }

void check_start_from(const TrainConfig& config) {
  if (config.freeze_body && config.start_from.empty()) {
    throw Error("\"freeze\" is \"body\", but \"start_from\" names no checkpoint to take it from",
                Fault::kUsage);
  }
  if (!config.start_from.empty() && config.start_from == config.output) {
    throw Error("\"output\" would overwrite the checkpoint that \"start_from\" names",
                Fault::kUsage);
  }
}

std::vector<Key> make_keys() {
  using C = TrainConfig;
  std::vector<Key> keys;
  keys.push_back(list_key("data", &C::data, "files", false));
  keys.push_back(text_key(
      "output", [](const std::string& text, C* c) { c->output = text; },
      [](const C& c) { return json(c.output); }, false));
  keys.push_back(text_key(
      "readout", [](const std::string& text, C* c) { c->model.readout = readout_from_name(text); },
      [](const C& c) { return json(readout_name(c.model.readout)); }, true));
  keys.push_back(number_key(
      "width", [](C& c) -> int& { return c.model.width; }, 1, 4096));
  keys.push_back(number_key(
      "layers", [](C& c) -> int& { return c.model.layers; }, 0, 64));
  keys.push_back(number_key(
      "components", [](C& c) -> int& { return c.model.components; }, 1, 4096));
  keys.push_back(number_key(
      "bound", [](C& c) -> double& { return c.model.bound; }, 0.1, 20));
  keys.push_back(number_key(
      "epochs", [](C& c) -> int& { return c.epochs; }, 1, 1e6));
  keys.push_back(number_key(
      "batch_kernels", [](C& c) -> int& { return c.batch_kernels; }, 1, 1e7));
  keys.push_back(number_key(
      "learning_rate", [](C& c) -> double& { return c.learning_rate; }, 0, 1));
  keys.push_back(number_key(
      "theta_learning_rate", [](C& c) -> double& { return c.theta_learning_rate; }, 0, 1));
  keys.push_back(number_key(
      "warmup", [](C& c) -> double& { return c.warmup; }, 0, 1));
  keys.push_back(number_key(
      "weight_decay", [](C& c) -> double& { return c.weight_decay; }, 0, 1));
  keys.push_back(number_key(
      "dropout", [](C& c) -> double& { return c.dropout; }, 0, 0.9));
  keys.push_back(number_key(
      "clip_norm", [](C& c) -> double& { return c.clip_norm; }, 0));
  keys.push_back(number_key(
      "loss_beta", [](C& c) -> double& { return c.loss_beta; }, 1e-6, 10));
  keys.push_back(number_key(
      "ema", [](C& c) -> double& { return c.ema; }, 0, 0.999999));
  keys.push_back(number_key(
      "platform_power", [](C& c) -> double& { return c.platform_power; }, 0, 1));
  keys.push_back(number_key(
      "patience", [](C& c) -> int& { return c.patience; }, 0, 1e6));
  keys.push_back(flag_key("kernel_features", &C::kernel_features));
  keys.push_back(flag_key("train_on_all", &C::train_on_all));
  keys.push_back(text_key(
      "bands_from", [](const std::string& text, C* c) { c->bands_from = text; },
      [](const C& c) { return json(c.bands_from); }, false));
  keys.push_back(text_key(
      "start_from", [](const std::string& text, C* c) { c->start_from = text; },
      [](const C& c) { return json(c.start_from); }, false));
  keys.push_back(text_key("freeze", read_freeze, write_freeze, true));
  keys.push_back(number_key(
      "seed", [](C& c) -> uint64_t& { return c.seed; }, 0));
  keys.push_back(number_key(
      "split_seed", [](C& c) -> uint64_t& { return c.split_seed; }, 0));
  keys.push_back(number_key(
      "validation", [](C& c) -> double& { return c.fractions.validation; }, 0, 0.9));
  keys.push_back(number_key(
      "test", [](C& c) -> double& { return c.fractions.test; }, 0, 0.9));
  keys.push_back(list_key("leave_families", &C::leave_families, "names of families", true));
  keys.push_back(number_key(
      "folds", [](C& c) -> int& { return c.folds; }, 0, 1000));
  keys.push_back(number_key(
      "fold", [](C& c) -> int& { return c.fold; }, 0, 999));
  keys.push_back(list_key("platforms", &C::platforms, "names or patterns", true));
  keys.push_back(list_key("leave_platforms", &C::leave_platforms, "names or patterns", true));
  keys.push_back(number_key(
      "min_labels", [](C& c) -> int& { return c.min_labels; }, 0, 1e9));
  keys.push_back(number_key(
      "threads", [](C& c) -> int& { return c.threads; }, 0, 1024));
  keys.back().decides = false;
  return keys;
}

const std::vector<Key>& keys() {
  static const std::vector<Key> kKeys = make_keys();
  return kKeys;
}

const Key& find_key(const std::string& name) {
  std::vector<std::string> known;
  for (const Key& key : keys()) {
    if (key.name == name) return key;
    known.push_back(key.name);
  }
  throw Error("unknown key \"" + name + "\"" + name_hint(name, known), Fault::kUsage);
}

void set_key(const std::string& name, const json& value, TrainConfig* config) {
  const Key& key = find_key(name);
  try {
    key.read(value, config);
  } catch (const Error& e) {
    throw Error("\"" + name + "\" is " + value.dump() + ": " + e.what(), Fault::kUsage);
  }
}

void apply_override(const std::string& assignment, TrainConfig* config) {
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos) {
    throw Error("--set " + assignment + ": must be key=value", Fault::kUsage);
  }
  const std::string text = assignment.substr(equals + 1);
  json value = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) value = text;  // --set readout=pooled needs no quotes
  set_key(assignment.substr(0, equals), value, config);
}

}  // namespace

TrainConfig parse_train_config(const std::string& text, const std::string& name,
                               const std::vector<std::string>& overrides) {
  try {
    const json object =
        json::parse(text, nullptr, /*allow_exceptions=*/false, /*ignore_comments=*/true);
    if (!object.is_object()) throw Error("is not a JSON object", Fault::kUsage);
    TrainConfig config;
    for (const auto& [key, value] : object.items()) set_key(key, value, &config);
    for (const std::string& assignment : overrides) apply_override(assignment, &config);
    if (config.data.empty()) throw Error("\"data\" names no data set", Fault::kUsage);
    if (config.output.empty())
      throw Error("\"output\" names no checkpoint to write", Fault::kUsage);
    check_start_from(config);
    if (config.fractions.validation + config.fractions.test > 0.95) {
      throw Error("\"validation\" and \"test\" leave nothing to train on", Fault::kUsage);
    }
    check_split_rule(split_rule_of(config));
    if (config.train_on_all && (config.folds > 0 || !config.leave_families.empty())) {
      throw Error(
          "\"train_on_all\" leaves no families out; drop it, or \"leave_families\" and "
          "\"folds\"",
          Fault::kUsage);
    }
    return config;
  } catch (const Error& e) {
    throw e.within(name);
  }
}

TrainConfig read_train_config(const std::string& path, const std::vector<std::string>& overrides) {
  std::ifstream file(path);
  if (!file) throw Error(path + ": cannot read this configuration", Fault::kUsage);
  std::ostringstream text;
  text << file.rdbuf();
  return parse_train_config(text.str(), path, overrides);
}

SplitRule split_rule_of(const TrainConfig& config) {
  SplitRule rule;
  rule.seed = config.split_seed;
  rule.fractions = config.fractions;
  rule.test_families = config.leave_families;
  rule.folds = config.folds;
  rule.fold = config.fold;
  return rule;
}

std::string config_fingerprint(const TrainConfig& config) {
  json object;
  for (const Key& key : keys()) {
    if (key.decides) object[key.name] = key.write(config);
  }
  return object.dump();
}

}  // namespace tacho
