#include "kernel_builder/prior.h"

#include <algorithm>
#include <cmath>

#include "common/csv.h"
#include "common/error.h"
#include "common/side_file.h"

namespace tacho {
namespace {

// Fewer configurations of its own than this make a type borrow those of its likes.
constexpr size_t kFew = 50;

const KernelType& type_of(const std::string& name) { return Catalogue::builtin().at(name); }

bool same_parameters(const KernelType& a, const KernelType& b) {
  const auto &pa = a.parameters(), &pb = b.parameters();
  return pa.size() == pb.size() &&
         std::equal(pa.begin(), pa.end(), pb.begin(), [](const auto& x, const auto& y) {
           return x.nnmeter_key == y.nnmeter_key && x.absent == y.absent && x.name == y.name;
         });
}

std::vector<PriorEntry> as_entries(const std::map<std::vector<int64_t>, int64_t>& counts) {
  std::vector<PriorEntry> entries;
  for (const auto& [values, count] : counts) entries.push_back({values, count});
  return entries;
}

void add_named(Prior& prior, const std::string& kernel,
               const std::vector<std::pair<std::string, int64_t>>& assignments) {
  const KernelType& type = type_of(kernel);
  std::vector<int64_t> values(type.parameters().size(), kRequired);
  for (const auto& [name, value] : assignments) values[parameter_index(type, name).value()] = value;
  prior.add(complete_config(type, std::move(values)));
}

int64_t side_of(const CsvTable& table, size_t row) {
  const double area = table.number(row, "input_h") * table.number(row, "input_w");
  return std::max<int64_t>(1, std::llround(std::sqrt(area)));
}

}  // namespace

Prior Prior::read_file(const std::string& path) {
  const CsvTable table = CsvTable::read_file(path);
  Prior prior;
  for (size_t row = 0; row < table.num_rows(); ++row) {
    with_context(table.where(row), [&] {
      const int64_t count = table.integer(row, "count");
      if (count < 1) throw Error("a count of " + std::to_string(count));
      const KernelConfig config = parse_kernel(Catalogue::builtin(), table.text(row, "kernel"));
      prior.counts_[config.kernel][config.values] += count;
    });
  }
  if (prior.size() == 0) throw Error(path + ": no rows; tacho kernel prior makes such a file");
  return prior;
}

void Prior::write_file(const std::string& path) const {
  SideFile side(path);
  std::ofstream& file = side.stream();
  file << "kernel,count\n";
  for (const auto& [name, counts] : counts_) {
    std::vector<PriorEntry> entries = as_entries(counts);
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.count > b.count; });
    for (const PriorEntry& e : entries) {
      file << csv_field(to_text(type_of(name), {name, e.values})) << ',' << e.count << '\n';
    }
  }
  side.put_in_place();
}

void Prior::add(const KernelConfig& config, int64_t count) {
  const KernelType& type = type_of(config.kernel);
  // Types that share a predictor share parameters; its plain member is named like it.
  std::vector<int64_t> values = config.values;
  if (type.predictor() != "fc") values[parameter_index(type, "b").value()] = 1;
  counts_[type.predictor()][std::move(values)] += count;
}

void Prior::add_layers(const std::string& csv_path) {
  const CsvTable table = CsvTable::read_file(csv_path);
  const bool window = table.has_column("ks"), grouped = table.has_column("groups");
  for (size_t row = 0; row < table.num_rows(); ++row) {
    with_context(table.where(row), [&] {
      const int64_t cin = table.integer(row, "cin"), cout = table.integer(row, "cout");
      if (!window) return add_named(*this, "fc", {{"cin", cin}, {"cout", cout}});
      const int64_t hw = side_of(table, row), k = table.integer(row, "ks"),
                    s = table.integer(row, "stride");
      const int64_t g = grouped ? table.integer(row, "groups") : 1;
      if (!grouped) {
        if (k <= hw) add_named(*this, "maxpool", {{"hw", hw}, {"cin", cin}, {"k", k}, {"s", s}});
        if (k <= hw) add_named(*this, "avgpool", {{"hw", hw}, {"cin", cin}, {"k", k}, {"s", s}});
      } else if (g == 1) {
        add_named(*this, "conv", {{"hw", hw}, {"cin", cin}, {"cout", cout}, {"k", k}, {"s", s}});
      } else if (g == cin) {
        add_named(*this, "dwconv", {{"hw", hw}, {"cin", cin}, {"cout", cout}, {"k", k}, {"s", s}});
      } else {
        add_named(*this, "gconv",
                  {{"hw", hw}, {"cin", cin}, {"cout", cout}, {"k", k}, {"s", s}, {"g", g}});
      }
    });
  }
}

void Prior::trim(size_t most) {
  for (auto& [name, counts] : counts_) {
    std::vector<PriorEntry> entries = as_entries(counts);
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.count > b.count; });
    for (size_t i = most; i < entries.size(); ++i) counts.erase(entries[i].values);
  }
}

std::vector<PriorEntry> Prior::entries(const KernelType& type) const {
  const auto own = counts_.find(type.predictor());
  if (own != counts_.end() && same_parameters(type, type_of(own->first)) &&
      own->second.size() >= kFew) {
    return as_entries(own->second);
  }
  std::map<std::vector<int64_t>, int64_t> likes;
  for (const auto& [name, counts] : counts_) {
    if (!same_parameters(type, type_of(name))) continue;
    for (const auto& [values, count] : counts) likes[values] += count;
  }
  return as_entries(likes);
}

size_t Prior::size() const {
  size_t n = 0;
  for (const auto& [name, counts] : counts_) n += counts.size();
  return n;
}

}  // namespace tacho
