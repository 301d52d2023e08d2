// Published tables of labels, read whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <map>
#include <set>

#include "data/places.h"
#include "dataset/label_choice.h"
#include "dataset/label_file.h"

namespace tacho {
namespace {

using ::testing::Contains;

const std::vector<std::string> kTables = {"nasbench201/latency_ms.csv", "fbnet/latency_ms.csv",
                                          "nnlqp/nasbench201_gtx1660_train.csv", "timm/latency.csv",
                                          "yolobench/latency.csv"};

LabelFile read_table(const std::string& path) {
  const auto start = std::chrono::steady_clock::now();
  LabelFile file = read_label_file(path);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::cout << path << ": " << file.labels.size() << " labels in " << took.count() << " s\n";
  return file;
}

std::set<std::string> platforms_of(const LabelFile& file) {
  std::set<std::string> platforms;
  for (const Label& label : file.labels) platforms.insert(label.platform);
  return platforms;
}

TEST(PublishedLabels, HelpOnNasbench201) {
  TACHO_DATA_OR_SKIP(data);
  const LabelFile file = read_table(data + "/" + kTables[0]);
  EXPECT_EQ(file.labels.size(), 328125u) << "15,625 cells, 21 columns";
  const std::set<std::string> platforms = platforms_of(file);
  EXPECT_EQ(platforms.size(), 12u) << "GPUs have several batch sizes";
  EXPECT_THAT(platforms, Contains("cpu-essential_ph_1-pytorch-fp32"));
  EXPECT_THAT(platforms, Contains("cpu-silver_4114-pytorch-fp32"));
}

TEST(PublishedLabels, HelpOnFbnet) {
  TACHO_DATA_OR_SKIP(data);
  const LabelFile file = read_table(data + "/" + kTables[1]);
  EXPECT_EQ(file.labels.size(), 120000u) << "5,000 networks, 24 columns";
  EXPECT_EQ(platforms_of(file).size(), 14u);
  std::set<std::string> models;
  for (const Label& label : file.labels) models.insert(label.model);
  EXPECT_EQ(models.size(), 5000u);
}

TEST(PublishedLabels, NnlqpOnNasbench201) {
  TACHO_DATA_OR_SKIP(data);
  const LabelFile file = read_table(data + "/" + kTables[2]);
  EXPECT_EQ(file.labels.size(), 1800u);
  EXPECT_EQ(platforms_of(file), std::set<std::string>{"gpu-gtx1660-trt7.1-fp32"});
}

// What --on-conflict refuses by default.
TEST(PublishedLabels, NoneIsContradictedByAnother) {
  TACHO_DATA_OR_SKIP(data);
  for (const std::string& name : kTables) {
    std::vector<LabelTable> tables(1);
    tables[0].path = data + "/" + name;
    tables[0].file = read_label_file(tables[0].path);
    const ChosenLabels chosen = choose_labels(tables, {});
    EXPECT_EQ(chosen.repeated, 0u) << name;
  }
}

TEST(PublishedLabels, FamiliesAreThoseOfAPerson) {
  TACHO_DATA_OR_SKIP(data);
  for (const char* name : {"timm", "yolobench"}) {
    std::map<std::string, std::set<std::string>> models;
    for (const Label& label : read_label_file(data + "/" + name + "/latency.csv").labels) {
      models[label.family].insert(label.model);
    }
    std::cout << name << ": " << models.size() << " families:";
    for (const auto& [family, members] : models)
      std::cout << " " << family << " " << members.size();
    std::cout << "\n";
    if (std::string(name) == "yolobench") {
      EXPECT_EQ(models.size(), 5u) << "YOLOv3, 4, 5, 6 and 8";
    } else {
      EXPECT_GT(models["resnet"].size(), 100u);
      EXPECT_EQ(models.count("seresnet") + models.count("gluon") + models.count("tf"), 0u);
    }
  }
}

}  // namespace
}  // namespace tacho
