#include "backends/worker/worker_loop.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>

#include "backends/measure_graph.h"
#include "backends/registry.h"
#include "common/error.h"
#include "graph_ir/infer/infer_shapes.h"
#include "graph_ir/read_graph.h"

namespace tacho {
namespace {

using Json = nlohmann::json;

class Lines {
 public:
  explicit Lines(int socket) : socket_(socket) {}

  // False at the end.
  bool read(std::string& line) {
    size_t end;
    while ((end = unread_.find('\n')) == std::string::npos) {
      char buffer[1 << 12];
      const ssize_t got = ::read(socket_, buffer, sizeof buffer);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      unread_.append(buffer, static_cast<size_t>(got));
    }
    line = unread_.substr(0, end);
    unread_.erase(0, end + 1);
    return true;
  }

  bool write(const Json& answer) {
    const std::string line = answer.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    for (size_t at = 0; at < line.size();) {
      const ssize_t sent = ::send(socket_, line.data() + at, line.size() - at, MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0) return false;
      at += static_cast<size_t>(sent);
    }
    return true;
  }

 private:
  int socket_;
  std::string unread_;
};

class Server {
 public:
  explicit Server(std::string spec) : spec_(std::move(spec)) {}

  Json answer(const Json& request) {
    const auto what = request.at("do").get<std::string>();
    if (what == "hello") return hello();
    if (what == "load") return load(request);
    if (what == "turn") return turn(request);
    if (what == "unload") return unload();
    throw Error("a worker cannot '" + what + "'");
  }

 private:
  Json hello() {
    if (!backend_) backend_ = open_backend(spec_);
    return {{"name", backend_->name()},
            {"platform", backend_->platform()},
            {"facts", backend_->facts()}};
  }

  Json load(const Json& request) {
    model_.reset();
    BindOptions bind;
    if (request.contains("batch")) bind.batch = request.at("batch").get<int64_t>();
    for (const Json& shape : request.at("shapes")) {
      const auto dims = shape.at("dims").get<std::vector<int64_t>>();
      bind.shapes.push_back({shape.at("name").get<std::string>(), Dims(dims.begin(), dims.end())});
    }
    Graph graph = read_graph(request.at("model").get<std::string>());
    infer_shapes(graph, bind);
    const Graph runnable = runnable_graph(*backend_, graph);
    const auto start = std::chrono::steady_clock::now();
    model_ = backend_->compile(runnable);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    return {{"load_ms", took.count()}, {"split_off", backend_->split_off(runnable)}};
  }

  Json turn(const Json& request) {
    if (!model_) throw Error("the worker has no model");
    const TurnResult result =
        take_turn(*model_, {request.at("runs").get<int>(), request.at("seconds").get<double>(),
                            request.at("settle").get<bool>()});
    return {{"samples_ms", result.samples_ms}, {"seconds", result.seconds}};
  }

  Json unload() {
    model_.reset();
    return Json::object();
  }

  std::string spec_;
  std::unique_ptr<Backend> backend_;
  std::unique_ptr<CompiledModel> model_;
};

}  // namespace

int serve_measuring(const std::string& backend, int socket) {
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
  Server server(backend);
  Lines lines(socket);
  for (std::string line; lines.read(line);) {
    Json answer;
    try {
      answer = server.answer(Json::parse(line));
    } catch (const Error& e) {
      answer = {{"error", e.what()}, {"fault", e.exit_code()}};
    } catch (const std::bad_alloc&) {
      answer = {{"error", "there is not enough memory"}};
    } catch (const std::exception& e) {
      answer = {{"error", e.what()}};
    }
    if (!lines.write(answer)) break;
  }
  return 0;
}

}  // namespace tacho
