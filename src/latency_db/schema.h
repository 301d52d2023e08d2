// The tables, in both dialects, and how a database of an older version becomes one of this.
// docs/latency-database.md describes them.
#pragma once

#include "latency_db/sql.h"

namespace tacho {

/// Raised with every change of the tables, by a further step in schema.cc.
constexpr int64_t kDbSchemaVersion = 2;
/// The oldest version whose tables can be read as they are.
constexpr int64_t kOldestReadableDbSchema = 1;

/// Makes the tables where there are none, and brings older ones up to date; other processes may do
/// the same at once. Throws Error: the database belongs to something else, or to a newer
/// Tachograph.
void prepare_schema(SqlConnection& sql);

/// For a connection that only reads; false if the database is empty. Throws Error: as above, and
/// for a database that is too old to be read.
bool check_schema(SqlConnection& sql);

}  // namespace tacho
