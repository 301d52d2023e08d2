// A Python process with ONNX Runtime in it, running worker.py: the runtime's own binding, since its
// C header is in no package of Debian's and its layout is not ours to copy.
//
// A line of JSON per request and per answer; {"error"} is an answer too:
//   {"do": "hello"}            → {"version"}
//   {"do": "load", "model": a number for it, "threads", "bytes",
//    "inputs": [{"name", "type", "shape", "bytes"}]}, then the network's bytes and each input's →
//    {}
//   {"do": "run", "model", "runs"}   → {"ns": [nanoseconds of each run]}
//   {"do": "outputs", "model"}       → {"outputs": [{"shape", "values"}]}, null for what is not
//   finite
//   {"do": "unload", "model"}        → {}
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "backends/backend.h"
#include "backends/worker/child_process.h"

namespace tacho::onnxruntime {

class Session {
 public:
  /// Starts the interpreter. Throws Error saying how to install the runtime if it is not there.
  Session();

  bool alive() const { return alive_; }
  /// Another one each time: networks are told apart by it.
  int next_number() { return ++number_; }
  const std::string& version() const { return version_; }  ///< "1.30.0"
  /// `payload` follows the request. Throws Error: what the runtime reported, or that the process
  /// died.
  nlohmann::json ask(const nlohmann::json& request, const std::string& payload = "");

 private:
  nlohmann::json receive();
  [[noreturn]] void report_end();

  ChildProcess child_;
  std::string unread_;
  std::string version_;
  bool alive_ = true;
  int number_ = 0;
};

/// Why the graph cannot be written as a file that ONNX Runtime might take.
std::vector<std::string> refusals(const Graph& graph);
/// A network in the session, several of which may be there at once. Throws Error with the first
/// refusal, or what the runtime says against the network.
std::unique_ptr<CompiledModel> prepare(std::shared_ptr<Session> session, const Graph& graph,
                                       int threads);

}  // namespace tacho::onnxruntime
