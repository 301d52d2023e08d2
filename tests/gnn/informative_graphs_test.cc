#include "gnn/serve/informative_graphs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

namespace tacho {
namespace {

using Eigen::MatrixXd;

TEST(MostInformative, TakesTheCommonThenWhatDiffers) {
  std::vector<MatrixXd> graphs(20, MatrixXd::Ones(2, 6));
  graphs[7](0, 1) = graphs[7](1, 1) = 50;  // another class
  graphs[11] *= 100;                       // another size
  const std::vector<size_t> three = most_informative(graphs, 0, 3);
  EXPECT_THAT(three, ::testing::UnorderedElementsAre(0, 7, 11));
}

TEST(MostInformative, TakesGraphsWithAndWithoutWhatComesOnTop) {
  std::vector<MatrixXd> graphs(20, MatrixXd::Ones(3, 6));
  for (size_t i = 0; i < graphs.size(); ++i) graphs[i].row(2).setConstant(i == 5 ? 1 : 0);
  EXPECT_THAT(most_informative(graphs, 1, 2), ::testing::Contains(5));
}

TEST(MostInformative, EachGraphOnceAndPrefixesAgree) {
  std::srand(13);
  std::vector<MatrixXd> graphs;
  for (int i = 0; i < 30; ++i) graphs.push_back(MatrixXd::Random(6, 10).array().exp());
  const std::vector<size_t> all = most_informative(graphs, 0, 99);
  EXPECT_EQ(std::set<size_t>(all.begin(), all.end()).size(), 30u);
  const std::vector<size_t> five = most_informative(graphs, 0, 5);
  EXPECT_TRUE(std::equal(five.begin(), five.end(), all.begin()));
  EXPECT_TRUE(most_informative({}, 0, 3).empty());
}

}  // namespace
}  // namespace tacho
