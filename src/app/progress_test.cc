#include "app/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace app {
namespace {

using std::chrono::duration;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(BarLine, ShowsShareRateAndTimeLeft) {
  const std::string line = BarLine(
      {.name = "parse", .total = 40, .done = 10, .reused = 3, .running = 2}, duration<double>(5));
  EXPECT_THAT(line, HasSubstr("[######------------------] 10/40"));
  EXPECT_THAT(line, HasSubstr("3 reused  2 running  2.0/s  about 15 s left"));
}

TEST(BarLine, NothingDoneHasNoRate) {
  EXPECT_THAT(BarLine({.name = "embed", .total = 4}, duration<double>(5)), Not(HasSubstr("/s")));
  EXPECT_THAT(BarLine({.name = "embed"}, duration<double>(5)), HasSubstr("0/0"));
}

TEST(ProgressView, InALogABarIsPrintedOnceWhenAllIsDone) {
  const base::TempDir dir;
  const auto path = dir.path() / "log";
  std::FILE* out = std::fopen(path.c_str(), "w");
  ProgressView view(out, /*live=*/false);
  for (int i = 0; i <= 4; ++i) {
    view.Show({{.name = "parse", .total = 4, .done = i}}, duration<double>(0.1 * i));
  }
  view.Show({{.name = "parse", .total = 4, .done = 4}}, duration<double>(9));
  std::fclose(out);
  const std::string text = base::ReadFile(path).value();
  EXPECT_THAT(text, HasSubstr("[########################] 4/4"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
}

}  // namespace
}  // namespace app
