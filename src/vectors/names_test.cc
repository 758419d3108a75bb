#include "vectors/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/files.h"

namespace vectors {
namespace {

namespace fs = std::filesystem;

TEST(ResolveName, StaysBelowTheRoot) {
  const base::TempDir root;
  EXPECT_EQ(ResolveName(root.path(), "a").value(), (root.path() / "a").string());
  EXPECT_EQ(ResolveName(root.path(), "a/b c/ü").value(), (root.path() / "a/b c/ü").string());
  EXPECT_EQ(ResolveName(root.path(), "s3://bucket/a/b").value(), "s3://bucket/a/b");
}

TEST(ResolveName, RefusesWhatLeadsOut) {
  const base::TempDir root;
  const std::string_view names[] = {
      "",
      ".",
      "..",
      "../a",
      "a/../../b",
      "a/..",
      "/etc",
      "a//b",
      "a/",
      "a/./b",
      "a\\b",
      "a\nb",
      "a?x=1",
      "a#b",
      "x.lance",
      "a/chunks.lance/b",
      "s3:///x",
      "s3://b/..",
      "s3://b/a/../c",
      std::string_view("a\0b", 3),
  };
  for (const std::string_view name : names) {
    const auto path = ResolveName(root.path(), name);
    ASSERT_FALSE(path.has_value()) << name << " became " << *path;
    EXPECT_EQ(path.error().code(), base::Code::kInvalidArgument) << name;
  }
}

TEST(ResolveName, RefusesLinksThatLeadOut) {
  const base::TempDir root;
  const base::TempDir outside;
  fs::create_directories(root.path() / "inside");
  fs::create_directory_symlink(outside.path(), root.path() / "out");
  fs::create_directory_symlink(root.path() / "inside", root.path() / "in");
  EXPECT_FALSE(ResolveName(root.path(), "out").has_value());
  EXPECT_FALSE(ResolveName(root.path(), "out/deeper").has_value());
  EXPECT_TRUE(ResolveName(root.path(), "in/deeper").has_value());
}

TEST(ResolveName, WorksWhenTheRootItselfIsALinkOrMissing) {
  const base::TempDir folder;
  fs::create_directories(folder.path() / "real");
  fs::create_directory_symlink(folder.path() / "real", folder.path() / "link");
  EXPECT_TRUE(ResolveName(folder.path() / "link", "a").has_value());
  EXPECT_TRUE(ResolveName(folder.path() / "missing", "a").has_value());
}

TEST(ListDatabases, FindsNestedOnesAndFollowsNoLinks) {
  const base::TempDir root;
  const base::TempDir outside;
  fs::create_directories(root.path() / "b/nested/chunks.lance/data");
  fs::create_directories(root.path() / "a/chunks.lance");
  fs::create_directories(root.path() / "none/documents.lance");
  fs::create_directories(outside.path() / "x/chunks.lance");
  fs::create_directory_symlink(outside.path(), root.path() / "link");
  std::ofstream(root.path() / "b/nested/chunks.lance/data/file") << std::string(1000, 'x');
  const auto found = ListDatabases(root.path()).value();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "a");
  EXPECT_EQ(found[1].name, "b/nested");
  EXPECT_EQ(found[1].size_bytes, 1000U);
  EXPECT_TRUE(ListDatabases(root.path() / "missing").value().empty());
}

}  // namespace
}  // namespace vectors
