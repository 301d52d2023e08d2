// Runs a backend and holds what it computes against another: a backend that computes something else
// measures something else.
#pragma once

#include <memory>

#include "backends/backend.h"
#include "backends/spec.h"

namespace tacho {

/// The largest difference of two elements, relative to the reference's largest element: single
/// elements near zero are the sums of large ones and say nothing. Infinite where the shapes differ
/// or something is not a number.
double relative_difference(const HostTensor& tensor, const HostTensor& reference);

/// Options: of, the backend that is checked, which the times, the platform and the facts are of;
/// against, the reference, both with their options; tolerance (default 1e-3). The first run of a
/// model runs both and throws Error naming the first output that differs by more or holds a NaN or
/// an infinity.
std::unique_ptr<Backend> open_check_backend(const BackendSpec& spec);

}  // namespace tacho
