#include "kernel_builder/custom_kernel.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/error.h"
#include "common/text.h"
#include "graph_ir/lower.h"
#include "graph_ir/onnx_reader.h"
#include "graph_ir/onnx_text.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw Error(path.string() + ": cannot be read");
  return text.str();
}

Graph graph_of(const std::string& bytes) {
  return read_onnx({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
}

struct Declaration {
  std::string name;
  std::vector<KernelParameter> parameters;
  std::vector<std::string> weights;
  std::vector<std::string> features;
  std::string model;  ///< the template's bytes
  bool is_text = false;
};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

class CustomKernel : public KernelType {
 public:
  explicit CustomKernel(Declaration d) : d_(std::move(d)) {}
  const std::string& name() const override { return d_.name; }
  const std::string& predictor() const override { return d_.name; }
  const std::vector<KernelParameter>& parameters() const override { return d_.parameters; }
  bool custom() const override { return true; }
  const std::vector<std::string>& features() const override { return d_.features; }

  void check(const KernelConfig& config) const override {
    for (size_t i = 0; i < d_.parameters.size(); ++i) {
      if (config.values.size() == d_.parameters.size() && config.values[i] >= 1) continue;
      throw Error(d_.name + ": " + d_.parameters[i].name + " must be at least 1");
    }
  }

  KernelCost cost(const KernelConfig& config) const override {
    const LoweredModel model = lower(build(config), {});
    KernelCost sum;
    for (const Kernel& kernel : model.kernels.kernels) {
      sum.cost += kernel.cost;
      const Workload work = workload_of(model.graph, model.graph.node(kernel.node));
      if (work.macs() > sum.work.macs()) sum.work = work;  // the largest stands for all
    }
    return sum;
  }

  Graph build(const KernelConfig& config) const override {
    return with_context(to_text(*this, config), [&] {
      Graph graph = graph_of(d_.is_text ? onnx_from_text(replaced(config)) : d_.model);
      set_dims(graph, config);
      make_constants(graph);
      graph.name = to_text(*this, config);
      infer_shapes(graph, {});
      return graph;
    });
  }

 private:
  std::optional<int64_t> value_of(const std::string& word, const KernelConfig& config) const {
    for (size_t i = 0; i < d_.parameters.size(); ++i) {
      if (d_.parameters[i].name == word) return config.values[i];
    }
    return std::nullopt;
  }

  std::string replaced(const KernelConfig& config) const {
    std::string out;
    bool quoted = false;
    for (size_t i = 0; i < d_.model.size();) {
      const char c = d_.model[i];
      if (c == '"') quoted = !quoted;
      if (quoted || !is_word(c)) {
        out += c;
        ++i;
        continue;
      }
      std::string word;
      while (i < d_.model.size() && is_word(d_.model[i])) word += d_.model[i++];
      const auto value = value_of(word, config);
      out += value ? std::to_string(*value) : word;
    }
    return out;
  }

  void set_dims(Graph& graph, const KernelConfig& config) const {
    for (size_t i = 0; i < graph.inputs.size(); ++i) {
      Value& v = graph.value(graph.inputs[i]);
      for (size_t k = 0; k < graph.input_symbols[i].size(); ++k) {
        std::string& symbol = graph.input_symbols[i][k];
        if (symbol.empty()) continue;
        const auto value = value_of(symbol, config);
        if (!value)
          throw Error("input '" + v.name + "': dimension '" + symbol + "' is no parameter");
        (*v.dims)[k] = *value;
        symbol.clear();
      }
      v.declared_dims = v.dims;
    }
  }

  void make_constants(Graph& graph) const {
    for (const std::string& weight : d_.weights) {
      size_t i = 0;
      while (i < graph.inputs.size() && graph.value(graph.inputs[i]).name != weight) ++i;
      if (i == graph.inputs.size()) throw Error("the template has no input '" + weight + "'");
      Value& v = graph.value(graph.inputs[i]);
      v.is_graph_input = false;
      v.is_constant = v.is_initializer = true;
      graph.inputs.erase(graph.inputs.begin() + static_cast<std::ptrdiff_t>(i));
      graph.input_symbols.erase(graph.input_symbols.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  Declaration d_;
};

std::string at_line(const YAML::Node& node) {
  return "line " + std::to_string(node.Mark().line + 1) + ": ";
}

template <typename T>
T read(const YAML::Node& node, const std::string& what) {
  try {
    return node.as<T>();
  } catch (const YAML::Exception&) {
    throw Error(at_line(node) + what);
  }
}

void read_sample(const YAML::Node& node, KernelParameter& p) {
  if (node.IsSequence()) {
    p.role = ParameterRole::kListed;
    p.valid = read<std::vector<int64_t>>(node, p.name + ": sample is not a list of whole numbers");
    std::sort(p.valid.begin(), p.valid.end());
  } else if (node.IsMap() && node["from"] && node["to"]) {
    p.role = ParameterRole::kChannels;
    p.valid = {read<int64_t>(node["from"], p.name + ": from is not a whole number"),
               read<int64_t>(node["to"], p.name + ": to is not a whole number")};
  } else {
    throw Error(at_line(node) + p.name + ": sample is neither a list nor {from, to}");
  }
  if (p.valid.empty() || p.valid.front() < 1 || p.valid.front() > p.valid.back()) {
    throw Error(at_line(node) + p.name + ": sample has no valid value (from 1 up)");
  }
}

KernelParameter read_parameter(const std::string& name, const YAML::Node& node) {
  KernelParameter p;
  p.name = p.nnmeter_key = name;
  std::transform(name.begin(), name.end(), p.nnmeter_key.begin(),
                 [](unsigned char c) { return std::toupper(c); });
  if (!node.IsMap()) throw Error(at_line(node) + name + ": expected {key: …, sample: …}");
  for (const auto& item : node) {
    const auto key = item.first.as<std::string>();
    if (key == "key") {
      p.nnmeter_key = read<std::string>(item.second, name + ": key is no name");
    } else if (key == "absent") {
      p.absent = read<int64_t>(item.second, name + ": absent is not a whole number");
      if (p.absent < 1) throw Error(at_line(item.second) + name + ": absent must be at least 1");
    } else if (key == "sample") {
      read_sample(item.second, p);
    } else {
      throw Error(at_line(item.first) + name + ": no key '" + printable(key) + "'" +
                  name_hint(key, {"key", "absent", "sample"}));
    }
  }
  if (p.valid.empty() && p.absent == kRequired) {
    throw Error(at_line(node) + name + ": neither a sample nor absent is given");
  }
  return p;
}

Declaration read_declaration(const YAML::Node& root, const fs::path& folder) {
  Declaration d;
  if (!root.IsMap()) throw Error("expected kernel, template and parameters");
  for (const auto& item : root) {
    const auto key = item.first.as<std::string>();
    const YAML::Node value = item.second;
    if (key == "kernel") {
      d.name = read<std::string>(value, "kernel is no name");
    } else if (key == "template") {
      const fs::path file = folder / read<std::string>(value, "template is no file name");
      d.is_text = file.extension() != ".onnx";
      d.model = read_file(file);
    } else if (key == "weights") {
      d.weights = read<std::vector<std::string>>(value, "weights is not a list of names");
    } else if (key == "features") {
      d.features = read<std::vector<std::string>>(value, "features is not a list of names");
    } else if (key == "parameters") {
      if (!value.IsMap()) throw Error(at_line(value) + "parameters is not a map");
      for (const auto& p : value) {
        d.parameters.push_back(read_parameter(p.first.as<std::string>(), p.second));
      }
    } else {
      throw Error(at_line(item.first) + "no key '" + printable(key) + "'" +
                  name_hint(key, {"kernel", "template", "weights", "parameters", "features"}));
    }
  }
  const bool odd_name = d.name.find_first_not_of(
                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "0123456789-.") != std::string::npos;
  if (d.name.empty() || odd_name || std::isalpha(static_cast<unsigned char>(d.name[0])) == 0) {
    throw Error("kernel must be a name of letters, digits and '-' that begins with a letter");
  }
  if (d.model.empty()) throw Error("template is missing");
  if (d.parameters.empty()) throw Error("parameters are missing");
  if (Catalogue::builtin().find(d.name) != nullptr) {
    throw Error("there is a built-in kernel '" + d.name + "'; choose another name");
  }
  std::vector<std::string> known{"flops", "params", "bytes", "intensity"};
  for (const KernelParameter& p : d.parameters) known.push_back(p.name);
  for (const std::string& f : d.features) {
    if (std::find(known.begin(), known.end(), f) == known.end()) {
      throw Error("no feature '" + printable(f) + "'" + name_hint(f, known));
    }
  }
  return d;
}

// A middle value of every parameter: what the template is tried with.
KernelConfig trial(const KernelType& type) {
  std::vector<int64_t> values;
  for (const KernelParameter& p : type.parameters()) {
    values.push_back(p.valid.empty() ? kRequired : p.valid[p.valid.size() / 2]);
  }
  return complete_config(type, std::move(values));
}

}  // namespace

std::shared_ptr<const KernelType> read_custom_kernel(const std::string& yaml_path) {
  return with_context(yaml_path, [&]() -> std::shared_ptr<const KernelType> {
    try {
      const fs::path folder = fs::path(yaml_path).parent_path();
      auto type =
          std::make_shared<CustomKernel>(read_declaration(YAML::LoadFile(yaml_path), folder));
      if (lower(type->build(trial(*type)), {}).kernels.kernels.empty()) {
        throw Error("the template computes nothing");
      }
      return type;
    } catch (const YAML::BadFile&) {
      throw Error("cannot be read");
    } catch (const YAML::Exception& e) {
      throw Error("line " + std::to_string(e.mark.line + 1) + ": not YAML: " + e.msg);
    }
  });
}

std::string registered_kernels_folder() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  if (config != nullptr && *config != '\0') return std::string(config) + "/tachograph/kernels";
  const char* home = std::getenv("HOME");
  return home == nullptr || *home == '\0' ? "" : std::string(home) + "/.config/tachograph/kernels";
}

std::string register_kernel(const std::string& yaml_path, const std::string& folder) {
  const std::string name = read_custom_kernel(yaml_path)->name();
  const fs::path to = fs::path(folder) / name;
  if (fs::exists(to)) {
    throw Error("'" + name + "' is registered already; tacho kernel unregister " + name +
                " removes it");
  }
  const auto file = YAML::LoadFile(yaml_path)["template"].as<std::string>();
  const fs::path aside = fs::path(folder) / ("." + name + ".part");
  with_context(aside.string(), [&] {
    fs::remove_all(aside);
    fs::create_directories(aside);
    const fs::path source = fs::path(yaml_path).parent_path() / file;
    fs::copy_file(source, aside / source.filename());
    YAML::Node root = YAML::LoadFile(yaml_path);
    root["template"] = source.filename().string();
    std::ofstream(aside / "kernel.yaml") << root << '\n';
    fs::rename(aside, to);
  });
  return name;
}

void unregister_kernel(const std::string& name, const std::string& folder) {
  std::vector<std::string> known;
  if (fs::is_directory(folder)) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      known.push_back(entry.path().filename().string());
    }
  }
  std::sort(known.begin(), known.end());
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    throw Error("no registered kernel '" + printable(name) + "'" + name_hint(name, known),
                Fault::kUsage);
  }
  fs::remove_all(fs::path(folder) / name);
}

void add_registered_kernels(const std::string& folder, Catalogue& catalogue,
                            std::vector<std::string>& problems) {
  if (folder.empty() || !fs::is_directory(folder)) return;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string()[0] != '.') files.push_back(entry.path() / "kernel.yaml");
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    try {
      catalogue.add(read_custom_kernel(file.string()));
    } catch (const Error& e) {
      problems.push_back(e.what());
    }
  }
}

}  // namespace tacho
