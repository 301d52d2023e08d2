// libFuzzer: fuzz_onnx_reader CORPUS_FOLDER. A good corpus is any folder of small ONNX files.
#include "fuzz/read_model.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // The first byte decides whether the batch override is exercised too.
  if (size == 0) return 0;
  const bool override_batch = (data[0] & 1) != 0;
  tacho::testing::fault_of(data + 1, size - 1,
                           override_batch ? std::optional<int64_t>(7) : std::nullopt);
  return 0;
}
