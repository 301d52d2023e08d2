#include "kernel_builder/nnmeter_file.h"

#include <gmock/gmock.h>

#include "kernel_builder/scratch.h"

namespace tacho {
namespace {

using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using testing::read_text;
using testing::scratch_folder;
using testing::write_text;

// As nn-Meter's documentation shows it, with a key that we do not know.
const char* const kProfiled = R"({
    "conv-bn-relu": {
        "U8Q4FD": {
            "model": "/workspace/predictor_build/models/U8Q4FD",
            "shapes": [
                [
                    28,
                    28,
                    640
                ]
            ],
            "config": {
                "HW": 28,
                "CIN": 640,
                "COUT": 1024,
                "KERNEL_SIZE": 3,
                "STRIDES": 1
            },
            "converted_model": "/tmp/\u00e9.tflite",
            "latency": "37.53 +- 0.314"
        }
    }
})";

TEST(NnMeterFile, WritesBackWhatItReadWhateverItsLayout) {
  const std::string folder = scratch_folder("layout");
  for (const std::string& text : {std::string(kProfiled), std::string(" {\"fc\":{ } }\n\n")}) {
    write_text(folder + "/a.json", text);
    NnMeterFile file(folder + "/a.json");
    EXPECT_EQ(file.text(), text);
    file.save();
    EXPECT_EQ(read_text(folder + "/a.json"), text);
  }
}

TEST(NnMeterFile, ChangesOneEntryInPythonsForm) {
  const std::string folder = scratch_folder("change");
  write_text(folder + "/a.json", kProfiled);
  NnMeterFile file(folder + "/a.json");
  file.edit("conv-bn-relu", "U8Q4FD")["latency"] = "38.1 +- 0.2";
  file.save();
  std::string expected = kProfiled;
  expected.replace(expected.find("37.53 +- 0.314"), 14, "38.1 +- 0.2");
  EXPECT_EQ(read_text(folder + "/a.json"), expected);
}

TEST(NnMeterFile, ReadsConfigAndLatency) {
  const std::string folder = scratch_folder("read");
  write_text(folder + "/a.json", kProfiled);
  const NnMeterFile file(folder + "/a.json");
  EXPECT_THAT(file.kernels(), ElementsAre("conv-bn-relu"));
  ASSERT_THAT(file.ids("conv-bn-relu"), ElementsAre("U8Q4FD"));
  const Json& entry = *file.entry("conv-bn-relu", "U8Q4FD");
  const KernelType& type = Catalogue::builtin().at("conv-bn-relu");
  EXPECT_EQ(to_text(type, config_from_json(type, entry["config"])),
            "conv-bn-relu:hw=28,cin=640,cout=1024,k=3,s=1");
  EXPECT_EQ(config_to_json(type, config_from_json(type, entry["config"])), entry["config"]);
  EXPECT_EQ(parse_latency(entry["latency"]).mean_ms, 37.53);
  EXPECT_EQ(parse_latency(entry["latency"]).stddev_ms, 0.314);
  EXPECT_EQ(file.entry("conv-bn-relu", "AAAAAA"), nullptr);
  EXPECT_TRUE(NnMeterFile(folder + "/none.json").ids("conv-bn-relu").empty());
}

TEST(NnMeterFile, NamesFileAndPlaceOfAnotherShape) {
  const std::string folder = scratch_folder("shape");
  const auto message = [&](const std::string& text) {
    write_text(folder + "/a.json", text);
    return error_of([&] { NnMeterFile file(folder + "/a.json"); });
  };
  EXPECT_THAT(message("[1, 2]"), HasSubstr("a.json: the file is a JSON array; expected"));
  EXPECT_THAT(message("{\"fc\": 3}"), HasSubstr("\"fc\" is a JSON number"));
  EXPECT_THAT(message("{\"fc\": {\"ABCDEF\": []}}"),
              HasSubstr("\"fc\" → \"ABCDEF\" is a JSON array"));
  EXPECT_THAT(message("{\n\"fc\": {\n"), HasSubstr("not JSON"));
  EXPECT_THAT(message(""), HasSubstr("not JSON"));
}

TEST(NnMeterConfig, LeavesOutWhatNnMeterDoesNotHave) {
  const auto json = [](const std::string& text) {
    const KernelConfig c = parse_kernel(Catalogue::builtin(), text);
    return config_to_json(Catalogue::builtin().at(c.kernel), c).dump();
  };
  EXPECT_EQ(json("fc:cin=8,cout=9"), R"({"CIN":8,"COUT":9})");
  EXPECT_EQ(json("fc:cin=8,cout=9,b=4"), R"({"CIN":8,"COUT":9,"BATCH_SIZE":4})");
  EXPECT_EQ(json("add:hw=7,cin=8"), R"({"HW":7,"CIN":8})");
  EXPECT_EQ(json("dwconv-bn:hw=7,cin=8,k=3,s=2"),
            R"({"HW":7,"CIN":8,"COUT":8,"KERNEL_SIZE":3,"STRIDES":2})");
  EXPECT_EQ(json("maxpool:hw=7,cin=8,k=3,s=2"),
            R"({"HW":7,"CIN":8,"COUT":8,"KERNEL_SIZE":3,"POOL_STRIDES":2})");
  EXPECT_EQ(json("concat:hw=7,cin1=8,cin2=3"), R"({"HW":7,"CIN1":8,"CIN2":3,"CIN3":0,"CIN4":0})");
}

TEST(NnMeterConfig, SaysWhatIsWrong) {
  const KernelType& fc = Catalogue::builtin().at("fc");
  const auto message = [&](const char* text) {
    return error_of([&] { config_from_json(fc, Json::parse(text)); });
  };
  EXPECT_EQ(message(R"({"CIN": 8.0, "COUT": 9, "WHATEVER": "x"})"), "");
  EXPECT_THAT(message(R"({"CIN": 8})"), HasSubstr("cout is missing"));
  EXPECT_THAT(message(R"({"CIN": "8", "COUT": 9})"), HasSubstr("CIN is \"8\", not a whole number"));
  EXPECT_THAT(message(R"({"CIN": -8, "COUT": 9})"), HasSubstr("not valid"));
  EXPECT_THAT(message("[8, 9]"), HasSubstr("not an object"));
}

TEST(NnMeterLatency, ReadsWhatItWrites) {
  EXPECT_EQ(latency_text({37.53, 0.314}), "37.5300 +- 0.314");
  EXPECT_EQ(parse_latency("12.5").mean_ms, 12.5);
  EXPECT_EQ(parse_latency(12.5).mean_ms, 12.5);
  EXPECT_EQ(parse_latency("1e-3+-0").mean_ms, 0.001);
  EXPECT_THAT(error_of([] { parse_latency("Segmentation fault"); }),
              HasSubstr("is not \"37.53 +- 0.314\""));
  EXPECT_THAT(error_of([] { parse_latency("1 +- x"); }), HasSubstr("is not"));
  EXPECT_THAT(error_of([] { parse_latency("0.0 +- 0.0"); }), HasSubstr("not positive"));
  EXPECT_THAT(error_of([] { parse_latency("nan +- 0"); }), HasSubstr("not positive"));
  EXPECT_THAT(error_of([] { parse_latency(nullptr); }), HasSubstr("neither"));
}

}  // namespace
}  // namespace tacho
