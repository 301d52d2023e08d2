// Small helpers for names and numbers in messages and tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tacho {

/// Edit distance between two names (insertions, deletions, substitutions, swaps of neighbours),
/// case ignored.
int edit_distance(std::string_view a, std::string_view b);

/// The candidate most like `name`; "" if none is near enough to be what was meant. A candidate that
/// contains `name` counts as near.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

/// "; did you mean 'x'?" or, without a near one, "; known: a, b, c" (at most eight of them). To be
/// put at the end of a message about a name that is not known.
std::string name_hint(std::string_view name, const std::vector<std::string>& candidates);

/// Shell pattern: * and ? and [a-z], over the whole name.
bool glob_match(const std::string& pattern, const std::string& name);
bool is_glob(std::string_view text);

/// `digits` significant digits, without an exponent from 1e-4 to 1e15; with 3 digits: "0.0123",
/// "1.20", "123", "4570". "nan" and "inf" as they are.
std::string significant(double x, int digits);

/// "a, b, c".
std::string join(const std::vector<std::string>& parts, std::string_view separator = ", ");
std::vector<std::string> split(std::string_view text, char separator);

/// The same text on one line, control characters replaced by spaces: what a file calls its nodes
/// must not break a message or a terminal.
std::string printable(std::string_view text);

}  // namespace tacho
