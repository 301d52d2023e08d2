// libFuzzer: fuzz_reference CORPUS_FOLDER. A good corpus is one file per kind of reference.
#include "common/error.h"
#include "graph_ir/references/reference.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    tacho::build_reference({reinterpret_cast<const char*>(data), size});
  } catch (const tacho::Error&) {
  }
  return 0;
}
