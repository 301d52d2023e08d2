#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "dataset/dataset.h"
#include "dataset/hdf5_rows.h"
#include "dataset/testing.h"

namespace tacho {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

TEST(DatasetFile, GivesBackWhatWasWritten) {
  const TestFolder folder("round_trip");
  append_dataset(folder.file("a.h5"), make_dataset());
  const Dataset back = load_dataset(folder.file("a.h5"));
  EXPECT_EQ(back.digest(), make_dataset().digest());
  EXPECT_EQ(back.samples[1].model, "chain");
  EXPECT_EQ(back.samples[1].features.edges, make_dataset().samples[1].features.edges);
  EXPECT_EQ(back.labels[2].latency_ms, 0.25);
}

TEST(DatasetFile, EmptyDatasetIsAFileToo) {
  const TestFolder folder("empty");
  append_dataset(folder.file("a.h5"), Dataset{});
  EXPECT_TRUE(load_dataset(folder.file("a.h5")).samples.empty());
  append_dataset(folder.file("a.h5"), make_dataset());
  EXPECT_EQ(load_dataset(folder.file("a.h5")).digest(), make_dataset().digest());
}

TEST(DatasetFile, AppendingIsMergingInTheFile) {
  const TestFolder folder("append");
  Dataset additions;
  additions.platforms = {"npu", "cpu"};
  additions.samples = {make_sample("new", 2, 5, 7), make_sample("one", 1, 1)};
  additions.labels = {{0, 0, 3}, {0, 1, 4}, {1, 1, 99}};  // the last replaces 1.5
  append_dataset(folder.file("a.h5"), make_dataset());
  append_dataset(folder.file("a.h5"), additions);

  Dataset expected = make_dataset();
  merge_into(expected, additions);
  const Dataset back = load_dataset(folder.file("a.h5"));
  EXPECT_EQ(back.digest(), expected.digest());
  EXPECT_EQ(back.labels[0].latency_ms, 99);
  EXPECT_THAT(files_in(folder.path()), ::testing::ElementsAre("a.h5"));
}

TEST(DatasetFile, ManyChunksGrowOverManyAppends) {
  const TestFolder folder("chunks");
  Dataset expected;
  for (int i = 0; i < 4; ++i) {
    Dataset additions;
    additions.platforms = {"cpu"};
    for (int k = 0; k < 300; ++k) {
      additions.samples.push_back(make_sample("g" + std::to_string(i * 300 + k), 1, 10));
      additions.labels.push_back({k, 0, 1.0 + k});
    }
    append_dataset(folder.file("a.h5"), additions);
    merge_into(expected, additions);
  }
  EXPECT_EQ(load_dataset(folder.file("a.h5")).digest(), expected.digest());
}

TEST(DatasetFile, FailedAppendLeavesTheOldFile) {
  const TestFolder folder("failed_append");
  append_dataset(folder.file("a.h5"), make_dataset());
  Dataset clash;
  clash.samples = {make_sample("one", 1, 2)};
  EXPECT_THROW(append_dataset(folder.file("a.h5"), clash), Error);
  Dataset long_name;
  long_name.samples = {make_sample(std::string(300, 'x'), 1, 2)};
  EXPECT_THAT(error_of([&] { append_dataset(folder.file("a.h5"), long_name); }),
              HasSubstr("longer than 256 bytes"));
  EXPECT_EQ(load_dataset(folder.file("a.h5")).digest(), make_dataset().digest());
  EXPECT_THAT(files_in(folder.path()), ::testing::ElementsAre("a.h5"));
}

TEST(DatasetFile, MissingFolderOrFileIsNamed) {
  EXPECT_THAT(error_of([] { load_dataset("/nowhere/a.h5"); }),
              StartsWith("/nowhere/a.h5: cannot open"));
  EXPECT_THAT(error_of([] { append_dataset("/nowhere/a.h5", make_dataset()); }),
              StartsWith("/nowhere/a.h5: "));
}

TEST(DatasetFile, WhatIsNotHdf5IsRefused) {
  const TestFolder folder("garbage");
  for (const std::string& content :
       {std::string(), std::string("graph,batch\n"), std::string(5000, '\x89')}) {
    const std::string path = folder.write("a.h5", content);
    EXPECT_THAT(error_of([&] { load_dataset(path); }),
                StartsWith(path + ": not an HDF5 file, or damaged"));
    EXPECT_THROW(append_dataset(path, make_dataset()), Error) << "must not overwrite it";
    EXPECT_EQ(read_bytes(path), content);
  }
}

TEST(DatasetFile, AnotherHdf5FileIsRefused) {
  const TestFolder folder("other_hdf5");
  { const hdf5::Handle file = hdf5::create_file(folder.file("a.h5")); }
  EXPECT_THAT(error_of([&] { load_dataset(folder.file("a.h5")); }),
              HasSubstr("not a Tachograph data set"));
}

/// Writes a data set, lets `damage` loose on the open file, and tells what loading it says.
std::string error_after(const std::function<void(const hdf5::Handle&)>& damage) {
  const TestFolder folder("damage");
  const std::string path = folder.file("a.h5");
  append_dataset(path, make_dataset());
  {
    const hdf5::Handle file = hdf5::open_file(path, true);
    damage(file);
  }
  const std::string error = error_of([&] { load_dataset(path); });
  EXPECT_THAT(error, StartsWith(path)) << "the error names the file";
  return error;
}

TEST(DatasetFile, OtherVersionsAreRefusedWithTheMend) {
  const auto set = [](const char* name, int64_t value) {
    return [=](const hdf5::Handle& file) {
      H5Adelete(file.id(), name);
      hdf5::write_attribute(file, name, value);
    };
  };
  EXPECT_THAT(error_after(set("feature_version", kFeatureVersion + 1)),
              AllOf(HasSubstr("feature version " + std::to_string(kFeatureVersion + 1)),
                    HasSubstr("run `tacho dataset import` again")));
  EXPECT_THAT(error_after(set("format_version", 2)), HasSubstr("format version 2"));
  EXPECT_THAT(error_after([](const hdf5::Handle& file) {
                H5Adelete(file.id(), "feature_names");
                hdf5::write_attribute(file, "feature_names", std::vector<std::string>{"other"});
              }),
              HasSubstr("made with other features"));
}

/// make_dataset() with one more feature and base cost a kernel, both 7, from the source "s".
Dataset make_wide_dataset() {
  Dataset dataset = make_dataset();
  const auto widen = [](std::vector<float>& rows, size_t width) {
    for (size_t end = rows.size(); end > 0; end -= width) {
      rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(end), 7.0f);
    }
  };
  for (Sample& sample : dataset.samples) {
    widen(sample.features.features, dataset.schema.features.size());
    widen(sample.features.base_costs, dataset.schema.base_costs.size());
  }
  dataset.schema.features.push_back("ms");
  dataset.schema.base_costs.push_back("ms");
  dataset.schema.source = "s";
  return dataset;
}

TEST(DatasetFile, ColumnsOfAFeatureSourceSurviveAndCanBeDropped) {
  const TestFolder folder("source_columns");
  const std::string path = folder.file("d.h5");
  append_dataset(path, make_wide_dataset());
  Dataset loaded = load_dataset(path);
  EXPECT_EQ(loaded.schema, make_wide_dataset().schema);
  EXPECT_EQ(loaded.digest(), make_wide_dataset().digest());
  EXPECT_NE(loaded.digest(), make_dataset().digest());
  drop_source_columns(loaded);
  EXPECT_EQ(loaded.digest(), make_dataset().digest());
}

TEST(DatasetFile, PlainDataDoesNotJoinDataWithASource) {
  const TestFolder folder("source_columns");
  const std::string path = folder.file("d.h5");
  append_dataset(path, make_wide_dataset());
  EXPECT_THAT(error_of([&] { append_dataset(path, make_dataset()); }),
              AllOf(HasSubstr(path), HasSubstr("no feature source"), HasSubstr("(s)")));
  EXPECT_EQ(load_dataset(path).digest(), make_wide_dataset().digest());
}

TEST(DatasetFile, NumbersThatPointOutsideAreRefused) {
  using hdf5::write_rows;
  const auto put = [](const char* column, auto... values) {
    return [=](const hdf5::Handle& file) { write_rows(file, {column}, std::vector{values...}); };
  };
  const int64_t huge = int64_t{1} << 62;
  EXPECT_THAT(error_after(put("/graphs/kernel_offset", int64_t{0}, int64_t{2})),
              HasSubstr("graph 'chain.onnx': kernels outside the file"));
  EXPECT_THAT(error_after(put("/graphs/kernel_offset", huge, huge)), HasSubstr("kernels outside"));
  EXPECT_THAT(error_after(put("/graphs/kernel_offset", int64_t{-1}, int64_t{1})),
              HasSubstr("kernels outside"));
  EXPECT_THAT(error_after(put("/graphs/kernel_count", 1, -3)), HasSubstr("kernels outside"));
  EXPECT_THAT(error_after(put("/graphs/kernel_count", 1, 0x7fffffff)),
              HasSubstr("kernels outside"));
  EXPECT_THAT(error_after(put("/graphs/edge_count", 0, 3)), HasSubstr("edges outside"));
  EXPECT_THAT(error_after(put("/graphs/batch", int64_t{0}, int64_t{1})),
              HasSubstr("batch below 1"));
  EXPECT_THAT(error_after(put("/graphs/batch", int64_t{1})), HasSubstr("differ in length"));
  EXPECT_THAT(error_after(put("/labels/sample", 0, 2, 1)), HasSubstr("row 1 is of a graph"));
  EXPECT_THAT(error_after(put("/labels/platform", 0, 0, -1)), HasSubstr("row 2 is of a graph"));
  EXPECT_THAT(error_after(put("/labels/latency_ms", 1.0, -1.0, 1.0)),
              HasSubstr("row 1 is not a latency"));
  EXPECT_THAT(error_after([](const hdf5::Handle& file) {
                write_rows(file, {"/edges", 2}, std::vector<int32_t>{0, 1, 1, 3});
              }),
              HasSubstr("graph 'chain.onnx': an edge to a kernel"));
}

TEST(DatasetFile, HugeExtentWithoutDataIsRefusedBeforeItIsAllocated) {
  const auto claim = [](const hdf5::Handle& file) {
    const hdf5::Handle data(H5Dopen2(file.id(), "/graphs/batch", H5P_DEFAULT), H5Dclose, "batch");
    const hsize_t extent = hsize_t{1} << 50;
    hdf5::check(H5Dset_extent(data.id(), &extent), "batch");
  };
  EXPECT_THAT(error_after(claim),
              HasSubstr("/graphs/batch: claims more rows than the file can hold"));
  const auto sparse = [](const hdf5::Handle& file) {
    const hdf5::Handle data(H5Dopen2(file.id(), "/graphs/batch", H5P_DEFAULT), H5Dclose, "batch");
    const hsize_t extent = 100'000;
    hdf5::check(H5Dset_extent(data.id(), &extent), "batch");
  };
  EXPECT_THAT(error_after(sparse), HasSubstr("part of its data is missing"));
}

TEST(DatasetFile, MissingOrForeignColumnsAreRefused) {
  EXPECT_THAT(
      error_after([](const hdf5::Handle& file) { H5Ldelete(file.id(), "/edges", H5P_DEFAULT); }),
      HasSubstr("no data set /edges"));
  EXPECT_THAT(
      error_after([](const hdf5::Handle& file) { H5Ldelete(file.id(), "/graphs", H5P_DEFAULT); }),
      HasSubstr("no data set /graphs/name"));
  EXPECT_THAT(error_after([](const hdf5::Handle& file) {
                H5Ldelete(file.id(), "/edges", H5P_DEFAULT);
                hdf5::write_rows(file, {"/edges", 3}, std::vector<int32_t>{0, 1, 2});
              }),
              HasSubstr("/edges: not 2 values a row"));
  EXPECT_THAT(error_after([](const hdf5::Handle& file) {
                H5Ldelete(file.id(), "/labels/latency_ms", H5P_DEFAULT);
                hdf5::write_rows(file, {"/labels/latency_ms"}, std::vector<int32_t>{1, 2, 3});
              }),
              HasSubstr("/labels/latency_ms: values of another type"));
}

TEST(DatasetFile, TruncatedFileIsRefusedAtEveryLength) {
  const TestFolder folder("truncated");
  append_dataset(folder.file("whole.h5"), make_dataset());
  const std::string whole = read_bytes(folder.file("whole.h5"));
  for (size_t length = 0; length < whole.size(); length += 1 + whole.size() / 60) {
    const std::string path = folder.write("cut.h5", whole.substr(0, length));
    EXPECT_THAT(error_of([&] { load_dataset(path); }), StartsWith(path)) << length << " bytes";
  }
}

TEST(DatasetFile, FlippedBitsAreFoundOrHarmless) {
  const TestFolder folder("flipped");
  append_dataset(folder.file("whole.h5"), make_dataset());
  const std::string whole = read_bytes(folder.file("whole.h5"));
  const std::string digest = make_dataset().digest();
  std::mt19937 random(1);
  for (int i = 0; i < 150; ++i) {
    std::string damaged = whole;
    damaged[random() % whole.size()] ^= static_cast<char>(1 << random() % 8);
    const std::string path = folder.write("flipped.h5", damaged);
    try {
      EXPECT_EQ(load_dataset(path).digest(), digest) << "damage was read as data";
    } catch (const Error& e) {
      EXPECT_THAT(e.what(), StartsWith(path));
    }
  }
}

}  // namespace
}  // namespace tacho
