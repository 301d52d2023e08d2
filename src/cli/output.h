// Where results and complaints go: results alone to stdout, as they come; everything else to
// stderr.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "common/error.h"
#include "common/table.h"

namespace tacho {

/// Version of the JSON documents: raised when a field changes its meaning or goes.
constexpr int kSchemaVersion = 1;

void print(const std::string& text);
/// Throws Error if stdout could not take all that was printed.
void flush_results();
/// A line on stderr that is not a fault.
void print_notice(const std::string& line);
/// Whether stdout is a terminal that wants highlighting (NO_COLOR is honoured).
bool highlights();

/// Prints the table in `format` (not kJson).
void print_table(const Table& table, Format format);

/// A JSON text with two spaces of indentation; strings that are not UTF-8 are repaired.
std::string json_text(const nlohmann::ordered_json& json);
/// {tool, version, host, system} and `more`.
nlohmann::ordered_json json_context(const std::map<std::string, std::string>& more = {});

/// A JSON document {schema_version, context, <key>: [items]} whose items are printed as they come;
/// nothing is printed unless `enabled`.
class JsonItems {
 public:
  JsonItems(bool enabled, const std::string& key, const nlohmann::ordered_json& context);
  ~JsonItems();
  JsonItems(const JsonItems&) = delete;
  JsonItems& operator=(const JsonItems&) = delete;

  void add(const nlohmann::ordered_json& item);

 private:
  bool enabled_;
  bool empty_ = true;
};

/// Faults that do not stop the work: each is one line on stderr, and the worst decides the exit
/// code.
class Faults {
 public:
  void report(const Error& error);
  bool any() const { return count_ > 0; }
  int count() const { return count_; }
  /// 0 without faults; 1 and 2 are worse than 3 (something unsupported).
  int exit_code() const;

 private:
  int count_ = 0;
  Fault worst_ = Fault::kUnsupported;
};

}  // namespace tacho
