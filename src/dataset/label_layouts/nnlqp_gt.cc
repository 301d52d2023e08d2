// NNLQP's gt.txt (github.com/ModelTC/NNLQP): a line for each measurement, its fields parted by
// blanks: graph id, path of the ONNX file (from the folder of gt.txt), batch size, latency in ms,
// type of model, platform id [, stage].
#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <optional>
#include <unordered_map>

#include "common/error.h"
#include "common/text.h"
#include "dataset/label_layouts/layouts.h"
#include "dataset/platforms.h"

namespace tacho {
namespace {

constexpr size_t kFewestFields = 6;
constexpr size_t kMostFields = 7;

/// The fields of a line, parted by any number of blanks.
std::vector<std::string_view> fields_of(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r\v\f";
  std::vector<std::string_view> fields;
  for (size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const size_t end = std::min(line.find_first_of(kBlanks, at), line.size());
    fields.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(kBlanks, end);
  }
  return fields;
}

template <typename Number>
std::optional<Number> number_in(std::string_view field) {
  Number value{};
  const auto [end, code] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (code != std::errc() || end != field.data() + field.size()) return std::nullopt;
  return value;
}

std::string quoted(std::string_view field) {
  constexpr size_t kMost = 40;
  return "'" + printable(field.size() <= kMost ? field : field.substr(0, kMost)) + "'";
}

/// The model's name is its file's, within its type: the numbers at the ends of NNLQP's names tell
/// networks apart, they are no image sizes.
Label label_of(const std::vector<std::string_view>& fields) {
  if (fields.size() < kFewestFields || fields.size() > kMostFields) {
    throw Error(std::to_string(fields.size()) +
                " fields; it must be: graph id, ONNX path, batch size, latency, model type, "
                "platform id [stage]");
  }
  Label label;
  const std::string path(fields[1]);
  label.graph = path;
  label.family = std::string(fields[4]);
  label.model = label.family.str() + ":" + std::filesystem::path(path).stem().string();
  const std::optional<int64_t> batch = number_in<int64_t>(fields[2]);
  if (!batch) throw Error("the batch size " + quoted(fields[2]) + " is not an integer");
  label.batch = *batch;
  const std::optional<double> latency_ms = number_in<double>(fields[3]);
  if (!latency_ms || !std::isfinite(*latency_ms)) {
    throw Error("the latency " + quoted(fields[3]) + " is not a number");
  }
  label.latency_ms = *latency_ms;
  label.platform = platform_of_id(std::string(fields[5]));
  if (fields.size() == kMostFields) label.stage = stage_in(fields[6]);
  return label;
}

}  // namespace

bool is_nnlqp_gt(std::string_view first_line) {
  const std::vector<std::string_view> fields = fields_of(first_line);
  return fields.size() >= kFewestFields && fields.size() <= kMostFields &&
         number_in<int64_t>(fields[2]).has_value() && fields[1].find(',') == std::string_view::npos;
}

LabelFile read_nnlqp_gt(const LabelText& text) {
  LabelFile file;
  std::unordered_map<std::string, SharedText> pool;
  const auto share = [&](SharedText& field) {
    field = pool.try_emplace(field.str(), field).first->second;
  };
  std::string_view rest = text.text;
  for (size_t number = 1; !rest.empty(); ++number) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::vector<std::string_view> fields = fields_of(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (fields.empty()) continue;
    const std::string where = text.path + ":" + std::to_string(number);
    Label label = with_context(where, [&] { return label_of(fields); });
    check_label(label, where);
    for (SharedText* field :
         {&label.graph, &label.model, &label.platform, &label.stage, &label.family}) {
      share(*field);
    }
    label.line = number;
    file.has_stages = file.has_stages || !label.stage.empty();
    file.labels.push_back(std::move(label));
  }
  file.num_rows = file.labels.size();
  return file;
}

}  // namespace tacho
