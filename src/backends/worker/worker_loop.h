// The worker's side: a backend that does what it is told on a socket.
//
// One line of JSON per request and per answer:
//   {"do": "hello"}                         → {"name", "platform", "facts": {…}}
//   {"do": "load", "model", "batch"?, "shapes": [{"name", "dims"}]}
//                                           → {"load_ms": from the graph to a model ready to run,
//                                              "split_off": [Backend::split_off()]}
//   {"do": "turn", "runs", "seconds", "settle"}  → {"samples_ms": […], "seconds"}
//   {"do": "unload"}                        → {}
// An answer {"error", "fault"} tells of an Error; the worker goes on.
#pragma once

#include <string>

namespace tacho {

/// Serves until the other side closes the socket. Returns the exit code.
int serve_measuring(const std::string& backend, int socket);

}  // namespace tacho
