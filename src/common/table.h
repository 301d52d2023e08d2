// Tables of results and the four forms in which they are printed. The caller fills in plain cells
// with values in the unit that the column's key names; how many digits a person sees is the
// column's business.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tacho {

enum class Format { kText, kMarkdown, kCsv, kJson };

struct Column {
  std::string key;         ///< in CSV and JSON, with the unit: "latency_ms"
  std::string title = {};  ///< in text and Markdown; empty: the key
  int digits = 3;          ///< significant digits in text and Markdown; CSV and JSON have 6
  double scale = 1;        ///< text and Markdown show value × scale ("GFLOPs": 1e-9)
};

/// monostate: nothing there (JSON null).
using Cell = std::variant<std::monostate, std::string, int64_t, double>;

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  ///< each as long as `columns`
};

/// The table with further columns in front that are the same in every row.
Table with_columns(Table table, const std::vector<std::pair<std::string, Cell>>& columns);

/// Columns of numbers to the right, others to the left, two spaces between; each line ends in '\n'.
/// `bold` marks the header for a terminal.
std::string table_text(const Table& table, bool bold = false);
std::string table_markdown(const Table& table);
std::string table_csv(const Table& table, bool with_header = true);
/// A list of objects, keys in the order of the columns.
nlohmann::ordered_json table_json(const Table& table);

/// `x` rounded to 6 significant digits; null where JSON has no number for it. Shorter than what it
/// was computed with: nobody should read nine digits into a prediction.
nlohmann::ordered_json json_number(double x);

}  // namespace tacho
