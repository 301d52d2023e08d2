#include "common/table.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "common/csv.h"
#include "common/text.h"

namespace tacho {
namespace {

constexpr int kMachineDigits = 6;

std::string machine_number(double x) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*g", kMachineDigits, x);
  return text;
}

std::string shown(const Cell& cell, const Column& column) {
  if (const auto* text = std::get_if<std::string>(&cell)) return printable(*text);
  if (const auto* integer = std::get_if<int64_t>(&cell)) {
    return column.scale == 1
               ? std::to_string(*integer)
               : significant(static_cast<double>(*integer) * column.scale, column.digits);
  }
  if (const auto* real = std::get_if<double>(&cell)) {
    return significant(*real * column.scale, column.digits);
  }
  return "-";
}

std::string exact(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* integer = std::get_if<int64_t>(&cell)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&cell)) return machine_number(*real);
  return "";
}

const std::string& title_of(const Column& column) {
  return column.title.empty() ? column.key : column.title;
}

/// Everything but words.
bool is_numeric(const Table& table, size_t column) {
  return std::none_of(table.rows.begin(), table.rows.end(), [&](const std::vector<Cell>& row) {
    return std::holds_alternative<std::string>(row[column]);
  });
}

/// Characters, not bytes: node names may be UTF-8.
size_t width_of(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// The table as it is shown, titles first.
std::vector<std::vector<std::string>> shown_rows(const Table& table) {
  std::vector<std::vector<std::string>> out(1);
  for (const Column& column : table.columns) out[0].push_back(title_of(column));
  for (const std::vector<Cell>& row : table.rows) {
    assert(row.size() == table.columns.size());
    out.emplace_back();
    for (size_t c = 0; c < row.size(); ++c) out.back().push_back(shown(row[c], table.columns[c]));
  }
  return out;
}

std::vector<size_t> widths_of(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width_of(row[c]));
  }
  return widths;
}

std::string padded(const std::string& text, size_t width, bool right) {
  const std::string fill(width - std::min(width, width_of(text)), ' ');
  return right ? fill + text : text + fill;
}

}  // namespace

Table with_columns(Table table, const std::vector<std::pair<std::string, Cell>>& columns) {
  for (auto it = columns.rbegin(); it != columns.rend(); ++it) {
    table.columns.insert(table.columns.begin(), Column{it->first});
    for (auto& row : table.rows) row.insert(row.begin(), it->second);
  }
  return table;
}

std::string table_text(const Table& table, bool bold) {
  const auto rows = shown_rows(table);
  const std::vector<size_t> widths = widths_of(rows);
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (size_t c = 0; c < row.size(); ++c) {
      if (c > 0) line += "  ";
      line += padded(row[c], widths[c], is_numeric(table, c));
    }
    line.erase(line.find_last_not_of(' ') + 1);
    const bool header = bold && &row == &rows.front();
    out += header ? "\x1b[1m" + line + "\x1b[0m\n" : line + "\n";
  }
  return out;
}

std::string table_markdown(const Table& table) {
  auto rows = shown_rows(table);
  for (auto& row : rows) {
    for (std::string& text : row) {
      for (size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
        text.insert(at, "\\");
    }
  }
  const std::vector<size_t> widths = widths_of(rows);
  std::string out;
  for (const auto& row : rows) {
    for (size_t c = 0; c < row.size(); ++c)
      out += "| " + padded(row[c], widths[c], is_numeric(table, c)) + " ";
    out += "|\n";
    if (&row != &rows.front()) continue;
    for (size_t c = 0; c < row.size(); ++c) {
      out += "|" + std::string(widths[c] + 1, '-') + (is_numeric(table, c) ? ":" : "-");
    }
    out += "|\n";
  }
  return out;
}

std::string table_csv(const Table& table, bool with_header) {
  std::string out;
  if (with_header) {
    for (const Column& column : table.columns) {
      out += (&column == &table.columns.front() ? "" : ",") + csv_field(column.key);
    }
    out += "\n";
  }
  for (const std::vector<Cell>& row : table.rows) {
    for (const Cell& cell : row) out += (&cell == &row.front() ? "" : ",") + csv_field(exact(cell));
    out += "\n";
  }
  return out;
}

nlohmann::ordered_json json_number(double x) {
  if (!std::isfinite(x)) return nullptr;
  return std::strtod(machine_number(x).c_str(), nullptr);
}

nlohmann::ordered_json table_json(const Table& table) {
  auto list = nlohmann::ordered_json::array();
  for (const std::vector<Cell>& row : table.rows) {
    auto object = nlohmann::ordered_json::object();
    for (size_t c = 0; c < row.size(); ++c) {
      nlohmann::ordered_json& field = object[table.columns[c].key];
      if (const auto* text = std::get_if<std::string>(&row[c])) field = *text;
      if (const auto* integer = std::get_if<int64_t>(&row[c])) field = *integer;
      if (const auto* real = std::get_if<double>(&row[c])) field = json_number(*real);
    }
    list.push_back(std::move(object));
  }
  return list;
}

}  // namespace tacho
