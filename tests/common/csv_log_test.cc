#include "common/csv_log.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "common/error.h"

namespace tacho {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class CsvLogTest : public ::testing::Test {
 protected:
  CsvLogTest()
      : path_((fs::temp_directory_path() / ("tacho_csv_log_" + std::to_string(::getpid())))
                  .string()) {
    fs::remove(path_);
  }
  ~CsvLogTest() override { fs::remove(path_); }

  std::string text() const {
    std::ifstream in(path_);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& text) const { std::ofstream(path_) << text; }

  const std::string path_;
};

TEST_F(CsvLogTest, RowsAreOnDiskAtOnceAndThereAgainWhenOpened) {
  CsvLog log(path_, {"graph", "ms"});
  EXPECT_EQ(log.rows().num_rows(), 0u);
  log.append({"a,b.onnx", "1.5"});
  EXPECT_EQ(text(), "graph,ms\n\"a,b.onnx\",1.5\n");
  CsvLog again(path_, {"graph", "ms"});
  ASSERT_EQ(again.rows().num_rows(), 1u);
  EXPECT_EQ(again.rows().text(0, "graph"), "a,b.onnx");
}

TEST_F(CsvLogTest, HalfALineIsCutOff) {
  write("graph,ms\nx,1\ny,2.");
  CsvLog log(path_, {"graph", "ms"});
  EXPECT_EQ(log.rows().num_rows(), 1u);
  log.append({"y", "2.5"});
  EXPECT_EQ(text(), "graph,ms\nx,1\ny,2.5\n");
}

TEST_F(CsvLogTest, HalfAHeaderIsWrittenAnew) {
  write("gra");
  CsvLog(path_, {"graph", "ms"}).append({"x", "1"});
  EXPECT_EQ(text(), "graph,ms\nx,1\n");
}

TEST_F(CsvLogTest, AFileWithoutAWholeLineThatIsNotOursIsLeftAlone) {
  write("somebody's only line");
  EXPECT_THROW(CsvLog(path_, {"graph", "ms"}), Error);
  EXPECT_EQ(text(), "somebody's only line");
}

TEST_F(CsvLogTest, AFileWithOtherColumnsIsLeftAlone) {
  write("graph,batch\nx,1\n");
  try {
    CsvLog log(path_, {"graph", "ms"});
    FAIL() << "opened";
  } catch (const Error& e) {
    EXPECT_THAT(e.what(), HasSubstr(path_ + ": is there with the columns graph,batch, not"));
  }
  EXPECT_EQ(text(), "graph,batch\nx,1\n");
}

TEST_F(CsvLogTest, AFolderThatIsNotThereIsAnError) {
  EXPECT_THROW(CsvLog(path_ + "/no/such.csv", {"a"}), Error);
}

}  // namespace
}  // namespace tacho
