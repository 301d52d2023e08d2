#include "kernel_builder/kernel_table.h"

#include <cstdio>
#include <filesystem>
#include <map>
#include <utility>

#include "common/csv.h"
#include "common/error.h"
#include "common/text.h"

namespace tacho {
namespace {

constexpr size_t kMaxReasons = 10;

// What files that others published call our kernels, and their columns our parameters.
const std::map<std::string, std::string> kKernelAliases = {
    {"linear", "fc"}, {"bmm", "matmul"}, {"ln", "layernorm"}};
const std::map<std::string, std::string> kColumnAliases = {
    {"k", "kernel"}, {"s", "stride"}, {"p", "padding"}};

/// The kernel configuration of a row of the second form.
using RowReader = KernelConfig (*)(const CsvTable&, size_t, const KernelType&);

KernelConfig by_names(const KernelType& type,
                      const std::vector<std::pair<std::string, int64_t>>& values) {
  std::vector<int64_t> all(type.parameters().size(), kRequired);
  for (const auto& [name, value] : values) all[parameter_index(type, name).value()] = value;
  return complete_config(type, std::move(all));
}

KernelConfig read_linear(const CsvTable& csv, size_t row, const KernelType& type) {
  const int64_t rows = csv.integer(row, "b") * csv.integer(row, "m");
  return by_names(type,
                  {{"b", rows}, {"cout", csv.integer(row, "n")}, {"cin", csv.integer(row, "k")}});
}

/// b rows of h values.
KernelConfig read_rows(const CsvTable& csv, size_t row, const KernelType& type) {
  const int64_t b = csv.integer(row, "b"), h = csv.integer(row, "h");
  if (parameter_index(type, "cols")) return by_names(type, {{"rows", b}, {"cols", h}});
  return by_names(type, {{"b", b}, {"cin", h}, {"hw", 1}});
}

KernelConfig read_parameters(const CsvTable& csv, size_t row, const KernelType& type) {
  std::vector<std::pair<std::string, int64_t>> values;
  for (const KernelParameter& p : type.parameters()) {
    for (const std::string& column :
         {p.name, kColumnAliases.count(p.name) > 0 ? kColumnAliases.at(p.name) : p.nnmeter_key}) {
      if (!csv.has_column(column)) continue;
      values.emplace_back(p.name, csv.integer(row, column));
      break;
    }
  }
  return by_names(type, values);
}

RowReader reader_for(const CsvTable& csv, const KernelType& type) {
  if (type.name() == "fc" && csv.has_column("m")) return read_linear;
  if (csv.has_column("h") && (parameter_index(type, "cols") || parameter_index(type, "hw"))) {
    return read_rows;
  }
  return read_parameters;
}

void leave_out(KernelTable& table, const std::string& why) {
  ++table.left_out;
  if (table.left_out_why.size() < kMaxReasons) table.left_out_why.push_back(why);
}

/// 0 if there is none: a failed profile.
double latency_of(const CsvTable& csv, size_t row) {
  const std::string& text = csv.text(row, "latency_ms");
  return text.empty() ? 0 : csv.number(row, "latency_ms");
}

/// The column of canonical texts; empty if the columns are the parameters of one kernel, of which
/// `kernel` may be one: a window's size.
std::string text_column(const CsvTable& csv) {
  if (csv.has_column("graph")) return "graph";
  if (!csv.has_column("kernel")) return "";
  const bool is_text = csv.has_column("platform") ||
                       (csv.num_rows() > 0 && csv.text(0, "kernel").find(':') != std::string::npos);
  return is_text ? "kernel" : "";
}

const KernelType& kernel_of_file(const std::string& path, const KernelTableOptions& options,
                                 const Catalogue& catalogue) {
  const std::string given =
      options.kernel.empty() ? std::filesystem::path(path).stem().string() : options.kernel;
  const auto alias = kKernelAliases.find(given);
  try {
    return catalogue.at(alias == kKernelAliases.end() ? given : alias->second);
  } catch (const Error& e) {
    if (!options.kernel.empty()) throw;
    throw Error(path + ": " + e.what() +
                    "; name the file by the kernel it holds (conv.csv), or that with --kernel",
                Fault::kUsage);
  }
}

}  // namespace

void read_kernel_csv(const std::string& path, const KernelTableOptions& options,
                     const Catalogue& catalogue, KernelTable& table) {
  const CsvTable csv = CsvTable::read_file(path);
  if (!csv.has_column("latency_ms")) {
    throw Error(path + ": no column latency_ms; columns: " + join(csv.columns()));
  }
  const std::string texts = text_column(csv);
  const KernelType* type = texts.empty() ? &kernel_of_file(path, options, catalogue) : nullptr;
  const RowReader reader = texts.empty() ? reader_for(csv, *type) : nullptr;
  const std::string column = csv.has_column("platform") ? "platform" : "device";
  if (!csv.has_column(column) && options.platform.empty()) {
    throw Error(path +
                ": no column device or platform; --measured-on says what it was measured on");
  }
  const size_t before = table.rows.size();
  std::string first_why;
  for (size_t row = 0; row < csv.num_rows(); ++row) {
    try {
      MeasuredKernel measured;
      measured.latency_ms = latency_of(csv, row);
      if (!(measured.latency_ms > 0)) throw Error("latency_ms is not positive");
      measured.config =
          texts.empty() ? reader(csv, row, *type) : parse_kernel(catalogue, csv.text(row, texts));
      measured.platform = csv.text(row, column, /*optional=*/true);
      if (measured.platform.empty()) measured.platform = options.platform;
      if (measured.platform.empty()) throw Error("no platform");
      table.rows.push_back(std::move(measured));
    } catch (const Error& e) {
      const std::string why = e.what();
      const std::string where = why.find(csv.where(row)) == 0 ? why : csv.where(row) + ": " + why;
      if (first_why.empty()) first_why = where;
      leave_out(table, where);
    }
  }
  table.files.push_back(path);
  if (table.rows.size() == before) {
    throw Error(
        path + ": no usable row" +
        (csv.num_rows() == 0 ? std::string(": the table is empty") : "; the first: " + first_why));
  }
}

std::vector<MeasuredKernel> mean_of_duplicates(const std::vector<MeasuredKernel>& rows) {
  std::vector<MeasuredKernel> merged;
  std::map<std::pair<std::string, KernelConfig>, size_t> index;
  std::vector<double> counts;
  for (const MeasuredKernel& row : rows) {
    const auto [it, is_new] = index.emplace(std::pair(row.platform, row.config), merged.size());
    if (is_new) {
      merged.push_back(row);
      counts.push_back(1);
    } else {
      merged[it->second].latency_ms += row.latency_ms;
      ++counts[it->second];
    }
  }
  for (size_t i = 0; i < merged.size(); ++i) merged[i].latency_ms /= counts[i];
  return merged;
}

std::string digest_of(const std::vector<MeasuredKernel>& rows, const Catalogue& catalogue) {
  uint64_t sum = 0;
  for (const MeasuredKernel& row : rows) {
    char latency[32];
    std::snprintf(latency, sizeof latency, "%.9g", row.latency_ms);
    const std::string text =
        to_text(catalogue.at(row.config.kernel), row.config) + '|' + row.platform + '|' + latency;
    uint64_t hash = 0xcbf29ce484222325;  // FNV-1a, 64 bits
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    sum += hash ^ (hash >> 29);
  }
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(sum));
  return digits;
}

}  // namespace tacho
