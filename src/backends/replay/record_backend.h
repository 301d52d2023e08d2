// Runs another backend and keeps every run, warm-up included, in a file that replay reads.
#pragma once

#include <memory>

#include "backends/backend.h"
#include "backends/spec.h"

namespace tacho {

/// Appends `graph,platform,latency_ms` rows to `file`; a model's runs are written when it goes, and
/// every second before that, so that a killed program loses a second at most. Between writes a run
/// costs nothing but a number put aside. Throws Error if the file cannot be written or has another
/// header.
std::unique_ptr<Backend> record(std::unique_ptr<Backend> backend, const std::string& file);

/// Options: file; of, the other backend.
std::unique_ptr<Backend> open_record_backend(const BackendSpec& spec);

}  // namespace tacho
