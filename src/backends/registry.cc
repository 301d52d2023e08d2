#include "backends/registry.h"

#include "backends/check/check_backend.h"
#include "backends/fake/fake_backend.h"
#include "backends/libtorch/open.h"
#include "backends/onednn/open.h"
#include "backends/partition/partition_backend.h"
#include "backends/plugin.h"
#include "backends/replay/record_backend.h"
#include "backends/replay/replay_backend.h"
#include "common/error.h"
#include "common/text.h"

namespace tacho {

const std::vector<BackendKind>& backend_kinds() {
  static const std::vector<BackendKind> kinds{
      {"libtorch",
       "LibTorch on this machine's processor, operator by operator (eager)",
       {{"threads", "default: the processors that this process may use"},
        {"type", "fp32 (default) or bf16"}},
       open_libtorch_backend,
       {"type=bf16"}},
      {"onednn",
       "oneDNN on this machine's processor, the whole network in its primitives and layouts",
       {{"threads", "default: the processors that this process may use"},
        {"type", "fp32 (default), bf16 or int8"}},
       open_onednn_backend,
       {"type=bf16", "type=int8"}},
      {"opencv",
       "OpenCV's DNN module on this machine's processor, the network read as ONNX",
       {{"threads", "default: the processors that this process may use"}},
       open_plugin_backend},
      {"onnxruntime",
       "ONNX Runtime on this machine's processor, in a Python process of its own",
       {{"threads", "default: the processors that this process may use"}},
       open_plugin_backend},
      {"replay",
       "answers with measurements from a CSV file",
       {{"file",
         "columns graph,latency_ms (or kernel,platform,latency_ms); of tacho kernel any that its "
         "train reads"},
        {"platform", "which of the file's platforms"}},
       open_replay_backend},
      {"record",
       "runs another backend and writes each run to a file that replay reads",
       {{"file", "the CSV file, appended to"},
        {"of", "the backend that runs: record:file=out.csv,of=libtorch:threads=1", true}},
       open_record_backend},
      {"check",
       "runs a backend and compares what it computes with another's",
       {{"of", "the backend that is checked", true},
        {"against", "the reference: check:of=opencv:threads=1,against=libtorch", true},
        {"tolerance", "relative difference of outputs, at most (default 0.001)"}},
       open_check_backend},
      {"partition",
       "runs a backend, and what that cannot compute on another",
       {{"of", "libtorch, onednn or opencv; the platform is both: partition:of=onednn:threads=1",
         true},
        {"rest", "what computes the rest (default: libtorch with as many threads)", true}},
       open_partition_backend},
      {"fake",
       "invents plausible latencies by counting; the same ones every time",
       {{"noise", "relative spread of the runs (default 0.01)"},
        {"seed", "another device for each number (default 0)"},
        {"fuse", "0: every operator is a kernel of its own (default 1)"},
        {"fail", "graphs whose name matches this pattern fail when they run"},
        {"how", "how these fail: error (default), crash, hang, eat (memory)"}},
       open_fake_backend},
  };
  return kinds;
}

std::unique_ptr<Backend> open_backend(const std::string& text) {
  const std::string name = backend_name(text);
  std::vector<std::string> names;
  for (const BackendKind& kind : backend_kinds()) {
    if (name == kind.name) return kind.open(parse_backend_spec(text, kind.options));
    names.emplace_back(kind.name);
  }
  throw Error("no backend '" + name + "'" + name_hint(name, names), Fault::kUsage);
}

}  // namespace tacho
