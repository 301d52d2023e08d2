// Adds measurements to a database until it is done or killed.
//   latency_db_writer add DB ACKNOWLEDGED N    one by one; after each, its id into ACKNOWLEDGED
//   latency_db_writer fill DB N                many at once, of made-up networks
#include <cstdio>
#include <cstdlib>
#include <string>

#include "common/error.h"
#include "common/stable_hash.h"
#include "latency_db/latency_db.h"

namespace {

using namespace tacho;

LatencyRecord record(uint64_t i) {
  const uint64_t graph = i / 8;
  LatencyRecord r;
  r.id = random_id();
  r.key = {{splitmix64(graph), splitmix64(~graph)}, int64_t{1} << (i % 4)};
  r.platform = "cpu-made_up" + std::to_string(graph % 20) + "-none1.0-fp32";
  r.latency_ms = 1 + static_cast<double>(i % 1000) / 100;
  r.stddev_ms = 0.01;
  r.runs = 10;
  r.measured_at_ms = 1700000000000 + static_cast<int64_t>(i);
  r.host = "host" + std::to_string(graph % 5);
  r.facts = {{"threads", "1"}, {"runtime", "none"}};
  r.source = "made up";
  r.model = "model" + std::to_string(graph) + ".onnx";
  return r;
}

void add(LatencyDb& db, const std::string& acknowledged, uint64_t n) {
  std::FILE* file = std::fopen(acknowledged.c_str(), "ae");
  if (file == nullptr) throw Error(acknowledged + ": cannot write");
  for (uint64_t i = 0; i < n; ++i) {
    const LatencyRecord r = record(i);
    db.add({r}, {{r.key.hash, r.model, "reference", "family:resnet:1"}});
    std::fprintf(file, "%s\n", r.id.c_str());
    std::fflush(file);
  }
  std::fclose(file);
}

void fill(LatencyDb& db, uint64_t n) {
  constexpr uint64_t kTogether = 20000;
  for (uint64_t i = 0; i < n;) {
    std::vector<LatencyRecord> records;
    for (; i < n && records.size() < kTogether; ++i) records.push_back(record(i));
    db.add(records);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string verb = argc > 1 ? argv[1] : "";
  try {
    if (verb == "add" && argc == 5) {
      LatencyDb db(argv[2], SqlAccess::kWrite);
      add(db, argv[3], std::strtoull(argv[4], nullptr, 10));
      return 0;
    }
    if (verb == "fill" && argc == 4) {
      LatencyDb db(argv[2], SqlAccess::kWrite);
      fill(db, std::strtoull(argv[3], nullptr, 10));
      return 0;
    }
  } catch (const Error& e) {
    std::fprintf(stderr, "latency_db_writer: %s\n", e.what());
    return 1;
  }
  std::fprintf(stderr, "use: latency_db_writer add DB ACKNOWLEDGED N | fill DB N\n");
  return 2;
}
