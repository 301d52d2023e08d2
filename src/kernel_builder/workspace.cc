#include "kernel_builder/workspace.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "common/error.h"
#include "graph_ir/onnx_writer.h"
#include "kernel_builder/deployed_graph.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSettings = "configs/predictorbuild_config.yaml";
constexpr const char* kProfiled = "profiled_";

std::string fresh_id(Random& random, const std::set<std::string>& taken) {
  static const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  for (;;) {
    std::string id;
    for (int i = 0; i < 6; ++i) id += letters[random.below(letters.size())];
    if (taken.count(id) == 0) return id;
  }
}

// Inputs without their batch dimension.
Json shapes_of(const Graph& graph) {
  Json shapes = Json::array();
  for (const ValueId v : graph.inputs) {
    const Dims& d = *graph.value(v).dims;
    shapes.push_back(std::vector<int64_t>(d.begin() + (d.empty() ? 0 : 1), d.end()));
  }
  return shapes;
}

// No kernel's name has a '_'; a mark may.
std::optional<std::pair<std::string, std::string>> kernel_and_mark(const fs::path& file) {
  const std::string stem = file.stem().string();
  const size_t at = stem.find('_');
  if (file.extension() != ".json" || at == std::string::npos || stem.rfind(kProfiled, 0) == 0) {
    return std::nullopt;
  }
  return std::pair{stem.substr(0, at), stem.substr(at + 1)};
}

// "prior", then by length and text: finegrained2 before finegrained10.
bool mark_before(const std::string& a, const std::string& b) {
  if ((a == "prior") != (b == "prior")) return a == "prior";
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

void read_config(const KernelType& type, const Json& json, const std::string& where,
                 WorkspaceEntry& entry, WorkspaceKernel& kernel) {
  const auto config = json.find("config");
  if (config == json.end() || !entry.config.kernel.empty()) return;
  try {
    entry.config = config_from_json(type, *config);
  } catch (const Error& e) {
    kernel.problems.push_back(where + ": " + e.what());
  }
}

void read_latency(const Json& json, const std::string& where, WorkspaceEntry& entry,
                  WorkspaceKernel& kernel) {
  const auto latency = json.find("latency"), error = json.find("error");
  if (error != json.end()) {
    entry.error = error->is_string() ? error->get<std::string>() : error->dump();
  }
  if (latency == json.end()) {
    kernel.problems.push_back(where + ": " +
                              (entry.error.empty() ? "latency is missing" : entry.error));
    return;
  }
  try {
    entry.latency = parse_latency(*latency);
    entry.error.clear();
  } catch (const Error& e) {
    entry.error = e.what();
    kernel.problems.push_back(where + ": " + e.what());
  }
}

}  // namespace

Workspace Workspace::init(const std::string& folder, const BuilderSettings& settings) {
  const fs::path yaml = fs::path(folder) / kSettings;
  if (fs::exists(yaml))
    throw Error(yaml.string() + ": is there already; edit it, or name another folder");
  std::error_code problem;
  fs::create_directories(yaml.parent_path(), problem);
  std::ofstream file(yaml);
  file << settings_yaml(settings);
  file.close();
  if (!file) throw Error(yaml.string() + ": cannot be written");
  return Workspace(folder);
}

Workspace::Workspace(const std::string& folder) : folder_(folder) {
  const fs::path yaml = folder_ / kSettings;
  if (fs::exists(yaml)) {
    settings_ = read_settings(yaml.string());
  } else if (fs::is_directory(results())) {
    settings_ = default_settings();
  } else {
    throw Error(folder + ": no workspace (neither " + kSettings +
                " nor predictor_build/results); tacho kernel init makes one");
  }
  fs::create_directories(results());
  fs::create_directories(folder_ / "predictor_build" / "models");
  fs::create_directories(folder_ / "predictor_build" / "predictors");
}

fs::path Workspace::config_path(const std::string& kernel, const std::string& mark) const {
  return results() / (kernel + "_" + mark + ".json");
}
fs::path Workspace::profiled_path(const std::string& kernel) const {
  return results() / (kProfiled + kernel + ".json");
}
fs::path Workspace::predictor_path(const std::string& kernel) const {
  return folder_ / "predictor_build" / "predictors" / (kernel + ".safetensors");
}

std::vector<std::string> Workspace::kernels() const {
  std::set<std::string> names;
  for (const auto& file : fs::directory_iterator(results())) {
    const std::string stem = file.path().stem().string();
    if (const auto found = kernel_and_mark(file.path())) names.insert(found->first);
    if (file.path().extension() == ".json" && stem.rfind(kProfiled, 0) == 0) {
      names.insert(stem.substr(std::string(kProfiled).size()));
    }
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> Workspace::marks(const std::string& kernel) const {
  std::vector<std::string> marks;
  for (const auto& file : fs::directory_iterator(results())) {
    const auto found = kernel_and_mark(file.path());
    if (found && found->first == kernel) marks.push_back(found->second);
  }
  std::sort(marks.begin(), marks.end(), mark_before);
  return marks;
}

bool Workspace::has_mark(const std::string& kernel, const std::string& mark) const {
  return fs::exists(config_path(kernel, mark));
}

WorkspaceKernel Workspace::read(const KernelType& type) const {
  WorkspaceKernel kernel;
  std::map<std::string, size_t> index;
  const auto read_file = [&](const fs::path& path, bool profiled) {
    const NnMeterFile file(path.string());
    for (const std::string& id : file.ids(type.name())) {
      const Json& json = *file.entry(type.name(), id);
      const std::string where = path.filename().string() + ": " + id;
      const auto [at, is_new] = index.emplace(id, kernel.entries.size());
      if (is_new) kernel.entries.push_back({id, {}, {}, {}});
      WorkspaceEntry& entry = kernel.entries[at->second];
      read_config(type, json, where, entry, kernel);
      if (profiled || json.contains("latency")) read_latency(json, where, entry, kernel);
    }
  };
  for (const std::string& mark : marks(type.name()))
    read_file(config_path(type.name(), mark), false);
  read_file(profiled_path(type.name()), true);
  const auto unusable = [&](const WorkspaceEntry& e) {
    if (!e.config.kernel.empty()) return false;
    kernel.problems.push_back(e.id + ": no file has its config");
    return true;
  };
  kernel.entries.erase(std::remove_if(kernel.entries.begin(), kernel.entries.end(), unusable),
                       kernel.entries.end());
  return kernel;
}

void Workspace::add_configs(const KernelType& type, const std::string& mark,
                            const std::vector<KernelConfig>& configs, Random& random) const {
  std::set<std::string> taken;
  for (const WorkspaceEntry& e : read(type).entries) taken.insert(e.id);
  NnMeterFile file(config_path(type.name(), mark).string());
  for (const KernelConfig& config : configs) {
    const std::string id = fresh_id(random, taken);
    taken.insert(id);
    const Graph graph = deployed_graph(type, config);
    const fs::path model =
        fs::path("predictor_build") / "models" / (type.name() + "_" + id + ".onnx");
    write_onnx_file(graph, (folder_ / model).string());
    Json& entry = file.edit(type.name(), id);
    entry["model"] = (folder_ / model).string();
    entry["shapes"] = shapes_of(graph);
    entry["config"] = config_to_json(type, config);
  }
  if (configs.empty()) file.edit(type.name());
  file.save();
}

void Workspace::check_platform(const std::string& platform) const {
  const std::string before = this->platform();
  if (before.empty() || before == platform) return;
  throw Error(folder_.string() + ": was measured on " + before + ", not on " + platform +
              "; make another workspace for that (tacho kernel init)");
}

void Workspace::set_platform(const std::string& platform,
                             const std::map<std::string, std::string>& facts) const {
  check_platform(platform);
  if (this->platform() == platform) return;
  std::ofstream file(folder_ / "predictor_build" / "platform.json");
  file << Json{{"platform", platform}, {"facts", facts}}.dump(4) << '\n';
}

std::string Workspace::platform() const {
  std::ifstream file(folder_ / "predictor_build" / "platform.json");
  if (!file) return "";
  const Json json = Json::parse(file, nullptr, false);
  return json.is_object() && json.contains("platform") && json["platform"].is_string()
             ? json["platform"].get<std::string>()
             : "";
}

}  // namespace tacho
