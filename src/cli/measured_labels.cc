#include "cli/measured_labels.h"

#include "cli/output.h"

namespace tacho {

LabelFile read_measured_labels(const std::string& path) {
  LabelFile file = read_label_file(path);
  if (const size_t count = file.without_latency.size(); count > 0) {
    print_notice(path + ": " + std::to_string(count) +
                 (count == 1 ? " row has no latency and is left out: "
                             : " rows have no latency and are left out, the first: ") +
                 "line " + std::to_string(file.without_latency.front().line));
  }
  return file;
}

}  // namespace tacho
