#include "app/source_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/files.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

class SourceFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"a.md", "b.txt", "sub/c.md", "sub/deep/d.pdf", ".hidden/e.md"}) {
      fs::create_directories((dir_.path() / name).parent_path());
      std::ofstream(dir_.path() / name) << name;
    }
  }
  std::vector<std::string> Names(FileSelection selection) {
    selection.paths = {dir_.path()};
    std::vector<std::string> names;
    const auto files = CollectFiles(selection);
    EXPECT_TRUE(files);
    for (const fs::path& file : *files) {
      names.push_back(file.lexically_relative(dir_.path()).generic_string());
    }
    return names;
  }

  base::TempDir dir_;
};

TEST_F(SourceFilesTest, GlobsChooseByNameAndByPath) {
  EXPECT_THAT(Names({}), ElementsAre("a.md", "b.txt", "sub/c.md", "sub/deep/d.pdf"));
  EXPECT_THAT(Names({.include = {"*.md"}}), ElementsAre("a.md", "sub/c.md"));
  EXPECT_THAT(Names({.include = {"*.md"}, .exclude = {"sub/*"}}), ElementsAre("a.md"));
  EXPECT_THAT(Names({.exclude = {"*.md", "*.pdf"}}), ElementsAre("b.txt"));
  EXPECT_FALSE(CollectFiles({.paths = {dir_.path() / "none"}}));
}

TEST_F(SourceFilesTest, OnlyWhatWasBelowThePathsCanBeGone) {
  const FileSelection selection{.paths = {dir_.path() / "sub"}};
  const std::string sub = (dir_.path() / "sub").string();
  EXPECT_TRUE(IsGone(selection, sub + "/gone.md"));
  EXPECT_FALSE(IsGone(selection, sub + "/c.md")) << "it is there";
  EXPECT_FALSE(IsGone(selection, sub + "way/gone.md")) << "another folder";
  EXPECT_FALSE(IsGone(selection, "/elsewhere/gone.md"));
  EXPECT_FALSE(IsGone({.paths = {"."}}, "/elsewhere/gone.md"));
}

TEST_F(SourceFilesTest, ASnapshotChangesWithTheFile) {
  const FileSelection selection{.paths = {dir_.path()}};
  const Snapshot before = LookAt(selection);
  EXPECT_EQ(before, LookAt(selection));
  std::ofstream(dir_.path() / "a.md") << "longer than before";
  const Snapshot after = LookAt(selection);
  EXPECT_NE(before.at(dir_.path() / "a.md"), after.at(dir_.path() / "a.md"));
}

}  // namespace
}  // namespace app
