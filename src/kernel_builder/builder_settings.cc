#include "kernel_builder/builder_settings.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

std::string at_line(const YAML::Node& node) {
  return "line " + std::to_string(node.Mark().line + 1) + ": ";
}

template <typename T>
T value_of(const YAML::Node& node, const std::string& key, const char* kind) {
  try {
    return node.as<T>();
  } catch (const YAML::Exception&) {
    throw Error(at_line(node) + key + " is not " + kind);
  }
}

int64_t count_of(const YAML::Node& node, const std::string& key, int64_t least) {
  const auto value = value_of<int64_t>(node, key, "a whole number");
  if (value < least)
    throw Error(at_line(node) + key + " must be at least " + std::to_string(least));
  return value;
}

[[noreturn]] void unknown_key(const YAML::Node& node, const std::string& key,
                              const std::vector<std::string>& known) {
  throw Error(at_line(node) + "no parameter '" + printable(key) + "'" + name_hint(key, known));
}

KernelSettings read_kernel(const std::string& kernel, const YAML::Node& node) {
  KernelSettings s;
  s.kernel = kernel;
  if (!node.IsMap()) throw Error(at_line(node) + kernel + " has no parameters");
  for (const auto& item : node) {
    const auto key = item.first.as<std::string>();
    if (key == "INIT_SAMPLE_NUM") {
      s.initial = count_of(item.second, key, 1);
    } else if (key == "FINEGRAINED_SAMPLE_NUM") {
      s.fine_grained = count_of(item.second, key, 0);
    } else if (key == "ITERATION") {
      s.iterations = count_of(item.second, key, 1);
    } else if (key == "ERROR_THRESHOLD") {
      s.error_threshold = value_of<double>(item.second, key, "a number");
      if (!(s.error_threshold > 0)) throw Error(at_line(item.second) + key + " must be positive");
    } else {
      unknown_key(item.first, key,
                  {"INIT_SAMPLE_NUM", "FINEGRAINED_SAMPLE_NUM", "ITERATION", "ERROR_THRESHOLD"});
    }
  }
  return s;
}

BuilderSettings read_document(const YAML::Node& root) {
  BuilderSettings s;
  if (!root.IsMap())
    throw Error("the file has no parameters; tacho kernel init writes one that has");
  for (const auto& item : root) {
    const auto key = item.first.as<std::string>();
    if (key == "DETAIL") {
      s.detail = value_of<bool>(item.second, key, "TRUE or FALSE");
    } else if (key == "IMPLEMENT") {
      s.implement = value_of<std::string>(item.second, key, "a name");
    } else if (key == "BATCH_SIZE") {
      s.batch_size = count_of(item.second, key, 1);
    } else if (key == "KERNELS") {
      if (!item.second.IsMap()) throw Error(at_line(item.second) + "KERNELS lists no kernels");
      for (const auto& kernel : item.second) {
        s.kernels.push_back(read_kernel(kernel.first.as<std::string>(), kernel.second));
      }
    } else {
      unknown_key(item.first, key, {"DETAIL", "IMPLEMENT", "BATCH_SIZE", "KERNELS"});
    }
  }
  return s;
}

}  // namespace

KernelSettings BuilderSettings::of(const std::string& kernel) const {
  for (const KernelSettings& s : kernels) {
    if (s.kernel == kernel) return s;
  }
  KernelSettings defaults;
  defaults.kernel = kernel;
  return defaults;
}

BuilderSettings default_settings() {
  BuilderSettings s;
  for (const char* kernel :
       {"conv-bn-relu", "dwconv-bn-relu", "maxpool", "avgpool", "fc", "concat"}) {
    s.kernels.push_back({kernel, 1000, 20, 5, 0.1});
  }
  for (const char* kernel : {"split", "channelshuffle", "se", "global-avgpool", "bnrelu", "bn",
                             "hswish", "relu", "addrelu", "add"}) {
    s.kernels.push_back({kernel, 1000, 10, 5, 0.1});
  }
  return s;
}

std::string settings_yaml(const BuilderSettings& s) {
  std::string text =
      "# Whether profiled files hold model, shapes and config too, not only the latency.\n"
      "DETAIL: " +
      std::string(s.detail ? "TRUE" : "FALSE") +
      "\n# What models are made as (nn-Meter: tensorflow or torch).\nIMPLEMENT: " + s.implement +
      "\nBATCH_SIZE: " + std::to_string(s.batch_size) +
      "\n# INIT_SAMPLE_NUM         configurations like those of real networks, measured first\n"
      "# FINEGRAINED_SAMPLE_NUM  around each that is predicted badly, in every further iteration\n"
      "# ITERATION               the initial one counted\n"
      "# ERROR_THRESHOLD         relative error from which on a prediction is bad\n"
      "KERNELS:\n";
  for (const KernelSettings& k : s.kernels) {
    text += "  " + k.kernel + ":\n    INIT_SAMPLE_NUM: " + std::to_string(k.initial) +
            "\n    FINEGRAINED_SAMPLE_NUM: " + std::to_string(k.fine_grained) +
            "\n    ITERATION: " + std::to_string(k.iterations) +
            "\n    ERROR_THRESHOLD: " + significant(k.error_threshold, 2) + "\n";
  }
  return text;
}

BuilderSettings read_settings(const std::string& path) {
  try {
    return read_document(YAML::LoadFile(path));
  } catch (const YAML::BadFile&) {
    throw Error(path + ": cannot be read", Fault::kUsage);
  } catch (const YAML::Exception& e) {
    throw Error(path + ": line " + std::to_string(e.mark.line + 1) + ": not YAML: " + e.msg,
                Fault::kUsage);
  } catch (const Error& e) {
    throw Error(path + ": " + e.what(), Fault::kUsage);
  }
}

}  // namespace tacho
