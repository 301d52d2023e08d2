// A file of format version 1, kept as it was written: it must load, and say the same, for good.
#include <gtest/gtest.h>

#include "kernel_builder/kernel_latency_model.h"

namespace tacho {
namespace {

struct Golden {
  const char* kernel;
  const char* platform;
  double latency_ms;
};

TEST(KernelPredictorGolden, Version1LoadsAndPredictsWhatItDid) {
  const auto model =
      KernelLatencyModel::load(TACHO_SOURCE_DIR "/tests/golden/kernel_predictor_v1.safetensors");
  const Catalogue& catalogue = Catalogue::builtin();
  for (const Golden& g : {Golden{"fc:cin=100,cout=200", "card-one", 0.380534},
                          Golden{"fc:cin=100,cout=200", "card-two", 0.391},
                          Golden{"fc:cin=100,cout=200", "card-three", 0.383193},
                          Golden{"fc:cin=512,cout=512,b=32", "card-one", 0.640098},
                          Golden{"fc:cin=512,cout=512,b=32", "card-two", 0.947293},
                          Golden{"fc:cin=900,cout=30,b=60", "card-two", 0.553772}}) {
    const KernelConfig config = parse_kernel(catalogue, g.kernel);
    const KernelAnswer answer = model.predict(g.platform, catalogue.at("fc"), config);
    EXPECT_NEAR(answer.latency_ms / g.latency_ms, 1, 1e-4) << g.kernel << " on " << g.platform;
    EXPECT_EQ(answer.new_platform, std::string(g.platform) == "card-three");
  }
}

}  // namespace
}  // namespace tacho
