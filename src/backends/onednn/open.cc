#include "backends/onednn/open.h"

#include "backends/cpu_name.h"
#include "backends/plugin.h"

namespace tacho {

std::unique_ptr<Backend> open_onednn_backend(const BackendSpec& spec) {
  BackendSpec full = spec;
  const int64_t threads = spec.integer("threads", usable_cpus(), 1);
  if (!full.find("threads")) full.options.emplace_back("threads", std::to_string(threads));
  return open_plugin_backend(full);
}

}  // namespace tacho
