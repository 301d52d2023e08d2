#include "backends/registry.h"

#include <gmock/gmock.h>

#include "backends/testing.h"

namespace tacho {
namespace {

using testing::error_of;
using ::testing::HasSubstr;

std::string problem(const std::string& text) {
  return error_of([&] { open_backend(text); });
}

TEST(BackendSpec, ReadsOptions) {
  const BackendSpec spec =
      parse_backend_spec("x:threads=2,file=a=b.csv", {{"threads", ""}, {"file", ""}});
  EXPECT_EQ(spec.name, "x");
  EXPECT_EQ(spec.integer("threads", 1, 1), 2);
  EXPECT_EQ(spec.required("file"), "a=b.csv");
  EXPECT_EQ(spec.number("other", 0.5, 0), 0.5);
}

TEST(BackendSpec, AnOptionMayTakeTheRest) {
  const BackendSpec spec =
      parse_backend_spec("r:file=f,of=b:p=1,q=2", {{"file", ""}, {"of", "", true}});
  EXPECT_EQ(spec.required("of"), "b:p=1,q=2");
}

TEST(BackendSpec, ABackendEndsWhereAnotherOptionBegins) {
  const BackendSpec spec =
      parse_backend_spec("c:of=a:p=1,q=2,against=b:of=3,tolerance=4",
                         {{"of", "", true}, {"against", "", true}, {"tolerance", ""}});
  EXPECT_EQ(spec.required("of"), "a:p=1,q=2");
  EXPECT_EQ(spec.required("against"), "b:of=3");  // its own: this one's was given
  EXPECT_EQ(spec.integer("tolerance", 0, 0), 4);
}

TEST(BackendSpec, SaysWhatIsWrong) {
  EXPECT_THAT(problem("fake:nois=1"), HasSubstr("no option 'nois'; did you mean 'noise'?"));
  EXPECT_THAT(problem("fake:noise"), HasSubstr("not of the form option=value"));
  EXPECT_THAT(problem("fake:noise="), HasSubstr("option 'noise' has no value"));
  EXPECT_THAT(problem("fake:seed=1,seed=2"), HasSubstr("given twice"));
  EXPECT_THAT(problem("fake:noise=much"), HasSubstr("noise=much is not a number"));
  EXPECT_THAT(problem("fake:noise=-1"), HasSubstr("is not a number of 0 or more"));
  EXPECT_THAT(problem("fake:seed=1.5"), HasSubstr("not a whole number"));
}

TEST(Registry, OffersTheNearestName) {
  EXPECT_THAT(problem("fak"), HasSubstr("no backend 'fak'; did you mean 'fake'?"));
  EXPECT_THAT(problem(""), HasSubstr("no backend ''"));
}

TEST(Registry, OpensByNameWhatItLists) {
  for (const BackendKind& kind : backend_kinds()) {
    try {
      EXPECT_EQ(open_backend(kind.name)->name(), kind.name);
    } catch (const Error& e) {
      EXPECT_THAT(e.what(), HasSubstr(kind.name));  // says which backend is not available
    }
  }
}

}  // namespace
}  // namespace tacho
