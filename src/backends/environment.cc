#include "backends/environment.h"

#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <fstream>

#include "backends/cpu_name.h"
#include "common/text.h"

namespace tacho {
namespace {

// A process that runs all the time adds 1 to the load; this much of one is no matter.
constexpr double kQuietLoad = 0.3;

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  char text[32];
  ::gmtime_r(&now, &parts);
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts));
}

std::string first_line(const std::string& path) {
  std::string line;
  std::ifstream in(path);
  std::getline(in, line);
  return printable(line);
}

// "0-3,8"
std::string ranges(const cpu_set_t& set) {
  std::vector<std::string> parts;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &set)) continue;
    int last = cpu;
    while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, &set)) ++last;
    parts.push_back(std::to_string(cpu) + (last > cpu ? "-" + std::to_string(last) : ""));
    cpu = last;
  }
  return join(parts, ",");
}

double memory_gb(const std::string& field) {
  std::ifstream in("/proc/meminfo");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind(field + ":", 0) == 0) {
      return std::strtod(line.c_str() + field.size() + 1, nullptr) * 1024e-9;
    }
  }
  return 0;
}

}  // namespace

Environment environment() {
  Environment e;
  e.date = utc_now();
  e.cpu = cpu_model();
  e.usable_cpus = usable_cpus();
  e.memory_gb = memory_gb("MemTotal");
  e.available_gb = memory_gb("MemAvailable");
  e.load_average = std::strtod(first_line("/proc/loadavg").c_str(), nullptr);
  utsname system{};
  if (::uname(&system) == 0) {
    e.host = system.nodename;
    e.system = std::string(system.sysname) + " " + system.release + " " + system.machine;
  }
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) == 0) {
    if (e.usable_cpus < ::sysconf(_SC_NPROCESSORS_ONLN)) e.pinned_to = ranges(set);
    int first = 0;
    while (first + 1 < CPU_SETSIZE && !CPU_ISSET(first, &set)) ++first;
    e.governor = first_line("/sys/devices/system/cpu/cpu" + std::to_string(first) +
                            "/cpufreq/scaling_governor");
  }
  return e;
}

std::map<std::string, std::string> facts_of(const Environment& e) {
  std::map<std::string, std::string> facts{
      {"date", e.date},
      {"host", e.host},
      {"system", e.system},
      {"cpu", e.cpu},
      {"usable_cpus", std::to_string(e.usable_cpus)},
      {"pinned_to", e.pinned_to.empty() ? "not pinned" : e.pinned_to},
      {"load_average", significant(e.load_average, 3)},
      {"memory_gb", significant(e.memory_gb, 3)}};
  if (!e.governor.empty()) facts["governor"] = e.governor;
  return facts;
}

std::vector<std::string> concerns(const Environment& e) {
  std::vector<std::string> lines;
  if (e.load_average > kQuietLoad) {
    lines.push_back("the machine is busy (load average " + significant(e.load_average, 2) + ", " +
                    std::to_string(e.usable_cpus) +
                    " processors to use); wait until nothing else runs, or pin this to processors "
                    "that are free: taskset -c LIST tacho …");
  }
  if (!e.governor.empty() && e.governor != "performance") {
    lines.push_back("the processors' clock follows the load (governor '" + e.governor +
                    "'); for steady figures: cpupower frequency-set -g performance");
  }
  return lines;
}

}  // namespace tacho
