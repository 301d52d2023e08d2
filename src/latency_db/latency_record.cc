#include "latency_db/latency_record.h"

#include <sys/random.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "common/error.h"
#include "common/stable_hash.h"

namespace tacho {

std::string random_id() {
  GraphHash id;
  if (::getentropy(&id, sizeof id) != 0) throw Error("the system has no random numbers");
  return id.hex();
}

std::string content_id(const LatencyRecord& m, size_t repeat) {
  GraphHash id;
  for (uint64_t* half : {&id.high, &id.low}) {
    Fnv1a hash;
    hash.add_integer(half == &id.high ? 1 : 2);
    hash.add_integer(m.key.hash.high);
    hash.add_integer(m.key.hash.low);
    hash.add_integer(static_cast<uint64_t>(m.key.batch));
    hash.add_text(m.platform);
    uint64_t bits;
    std::memcpy(&bits, &m.latency_ms, sizeof bits);
    hash.add_integer(bits);
    hash.add_integer(static_cast<uint64_t>(m.measured_at_ms.value_or(0)));
    hash.add_text(m.host);
    hash.add_integer(repeat);
    *half = splitmix64(hash.value());
  }
  return id.hex();
}

int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string time_text(int64_t ms) {
  const int64_t fraction = (ms % 1000 + 1000) % 1000;
  const std::time_t seconds = (ms - fraction) / 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32], behind[8] = "";
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  if (fraction != 0) std::snprintf(behind, sizeof behind, ".%03d", static_cast<int>(fraction));
  return std::string(text) + behind + "Z";
}

std::optional<int64_t> time_from_text(const std::string& text) {
  for (const char* form : {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"}) {
    std::tm parts{};
    const char* end = ::strptime(text.c_str(), form, &parts);
    if (end == nullptr) continue;
    int fraction = 0, read = 0;
    if (*end == '.' && std::sscanf(end, ".%3d%n", &fraction, &read) == 1 && read == 4) end += read;
    if (*end == 'Z') ++end;
    if (*end == '\0') return int64_t{::timegm(&parts)} * 1000 + fraction;
  }
  return std::nullopt;
}

std::string host_name() {
  char name[256] = "";
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

}  // namespace tacho
