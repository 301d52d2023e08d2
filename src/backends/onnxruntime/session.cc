#include "backends/onnxruntime/session.h"

#include <unistd.h>

#include <cstdlib>

#include "backends/onnxruntime/worker_text.h"
#include "common/error.h"
#include "common/text.h"

namespace tacho::onnxruntime {
namespace {

// $ONNXRUNTIME_PYTHON, the environment that scripts/setup.sh makes, or what PATH has.
std::string interpreter() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  const std::string asked = variable("ONNXRUNTIME_PYTHON");
  if (!asked.empty()) return asked;
  const std::string data = variable("XDG_DATA_HOME");
  const std::string own = (data.empty() ? variable("HOME") + "/.local/share" : data) +
                          "/tachograph/onnxruntime/bin/python3";
  return ::access(own.c_str(), X_OK) == 0 ? own : "python3";
}

}  // namespace

Session::Session() : child_({interpreter(), "-c", kWorkerText}, {false, true}) {
  try {
    version_ = ask({{"do", "hello"}}).at("version").get<std::string>();
  } catch (const Error& e) {
    throw Error("'" + interpreter() + "' does not run ONNX Runtime (" + e.what() +
                "); install it with scripts/setup.sh onnxruntime, or set ONNXRUNTIME_PYTHON to a "
                "Python that has the package onnxruntime");
  }
}

nlohmann::json Session::ask(const nlohmann::json& request, const std::string& payload) {
  const std::string line = request.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (!child_.send(line + "\n") || !child_.send(payload)) report_end();
  nlohmann::json answer = receive();
  child_.forget_prints();  // only what it prints before it dies is wanted
  if (answer.contains("error")) {
    throw Error("ONNX Runtime: " + printable(answer.at("error").get<std::string>()),
                Fault::kUnsupported);
  }
  return answer;
}

nlohmann::json Session::receive() {
  size_t end;
  size_t from = 0;
  while ((end = unread_.find('\n', from)) == std::string::npos) {
    from = unread_.size();
    if (!child_.receive(unread_, -1)) report_end();
  }
  const std::string line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  nlohmann::json answer = nlohmann::json::parse(line, nullptr, false);
  if (!answer.is_object()) throw Error("ONNX Runtime's process answered something else than JSON");
  return answer;
}

void Session::report_end() {
  if (!alive_) throw Error("ONNX Runtime's process is gone");
  alive_ = false;
  const std::string end = "ONNX Runtime's process " + child_.how_it_ended();
  const std::string said = printable(child_.last_print());
  throw Error(said.empty() ? end : end + ": " + said);
}

}  // namespace tacho::onnxruntime
