#include "cli/output.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "common/text.h"

namespace tacho {

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void flush_results() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    throw Error(std::string("stdout: cannot write the result: ") + std::strerror(errno));
  }
}

void print_notice(const std::string& line) {
  std::fprintf(stderr, "tacho: note: %s\n", printable(line).c_str());
}

bool highlights() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  if (no_color != nullptr && *no_color != '\0') return false;
  return ::isatty(STDOUT_FILENO) == 1 && terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
}

void print_table(const Table& table, Format format) {
  if (format == Format::kText) print(table_text(table, highlights()));
  if (format == Format::kMarkdown) print(table_markdown(table));
  if (format == Format::kCsv) print(table_csv(table));
}

std::string json_text(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

nlohmann::ordered_json json_context(const std::map<std::string, std::string>& more) {
  nlohmann::ordered_json context;
  context["tool"] = "tacho";
  context["version"] = TACHO_VERSION;
  utsname system{};
  if (::uname(&system) == 0) {
    context["host"] = system.nodename;
    context["system"] = std::string(system.sysname) + " " + system.release + " " + system.machine;
  }
  for (const auto& [key, value] : more) context[key] = value;
  return context;
}

JsonItems::JsonItems(bool enabled, const std::string& key, const nlohmann::ordered_json& context)
    : enabled_(enabled) {
  if (!enabled_) return;
  nlohmann::ordered_json head;
  head["schema_version"] = kSchemaVersion;
  head["context"] = context;
  head[key] = nlohmann::ordered_json::array();
  const std::string text = json_text(head);
  print(text.substr(0, text.rfind(']')));
}

JsonItems::~JsonItems() {
  if (enabled_) print(empty_ ? "]\n}\n" : "\n  ]\n}\n");
}

void JsonItems::add(const nlohmann::ordered_json& item) {
  if (!enabled_) return;
  std::string text = json_text(item);
  for (size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 5)
    text.insert(at + 1, "    ");
  print((empty_ ? "\n    " : ",\n    ") + text);
  std::fflush(stdout);
  empty_ = false;
}

void Faults::report(const Error& error) {
  ++count_;
  const bool worse = worst_ == Fault::kUnsupported && error.fault() != Fault::kUnsupported;
  if (worse) worst_ = error.fault();
  std::fflush(stdout);  // so that the two streams of a terminal stay in order
  std::fprintf(stderr, "tacho: %s\n", printable(error.what()).c_str());
}

int Faults::exit_code() const { return count_ == 0 ? 0 : static_cast<int>(worst_); }

}  // namespace tacho
