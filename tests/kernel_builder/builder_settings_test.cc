#include "kernel_builder/builder_settings.h"

#include <gmock/gmock.h>

#include "kernel_builder/scratch.h"

namespace tacho {
namespace {

using ::testing::AllOf;
using testing::error_of;
using ::testing::HasSubstr;

BuilderSettings read(const std::string& text) {
  const std::string path = testing::scratch_folder("settings") + "/config.yaml";
  testing::write_text(path, text);
  return read_settings(path);
}

TEST(BuilderSettings, ReadsItsOwnDefaults) {
  const BuilderSettings s = read(settings_yaml(default_settings()));
  ASSERT_EQ(s.kernels.size(), 16u);
  EXPECT_EQ(s.kernels[0].kernel, "conv-bn-relu");
  EXPECT_EQ(s.kernels[0].initial, 1000);
  EXPECT_EQ(s.kernels[0].fine_grained, 20);
  EXPECT_EQ(s.of("add").fine_grained, 10);
  EXPECT_EQ(s.of("add").iterations, 5);
  EXPECT_DOUBLE_EQ(s.of("add").error_threshold, 0.1);
  EXPECT_EQ(s.of("gelu").initial, 1000);  // not listed
  EXPECT_EQ(s.batch_size, 1);
  EXPECT_TRUE(s.detail);
}

TEST(BuilderSettings, ReadsNnMetersSpelling) {
  const BuilderSettings s = read(
      "DETAIL: FALSE\nIMPLEMENT: tensorflow\nBATCH_SIZE: 4\nKERNELS:\n  fc:\n    INIT_SAMPLE_NUM: "
      "7\n");
  EXPECT_FALSE(s.detail);
  EXPECT_EQ(s.implement, "tensorflow");
  EXPECT_EQ(s.batch_size, 4);
  EXPECT_EQ(s.of("fc").initial, 7);
}

TEST(BuilderSettings, NamesLineAndKeyOfWhatIsWrong) {
  const auto message = [](const std::string& text) { return error_of([&] { read(text); }); };
  EXPECT_THAT(message("DETAIL: TRUE\nBATCH_SIZES: 3\n"),
              AllOf(HasSubstr("config.yaml: line 2"), HasSubstr("did you mean 'BATCH_SIZE'?")));
  EXPECT_THAT(message("KERNELS:\n  fc:\n    ITERATION: many\n"),
              HasSubstr("line 3: ITERATION is not a whole number"));
  EXPECT_THAT(message("KERNELS:\n  fc:\n    ITERATION: 0\n"), HasSubstr("at least 1"));
  EXPECT_THAT(message("KERNELS:\n  fc:\n    ERROR_THRESHOLD: 0\n"), HasSubstr("must be positive"));
  EXPECT_THAT(message("KERNELS:\n  fc:\n    ITERATIONS: 3\n"),
              HasSubstr("did you mean 'ITERATION'?"));
  EXPECT_THAT(message("KERNELS: [fc\n"), HasSubstr("not YAML"));
  EXPECT_THAT(message(""), HasSubstr("no parameters"));
  EXPECT_THAT(error_of([] { read_settings("/nonexistent.yaml"); }), HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace tacho
