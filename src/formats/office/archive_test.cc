#include "formats/office/archive.h"

#include <gtest/gtest.h>

#include "formats/office/zip_fixture.h"

namespace office {
namespace {

using base::Code;

TEST(Archive, ReadsEntriesWhateverTheCase) {
  const std::string bytes = Zip({{"word/document.xml", "<a/>"}, {"empty", ""}});
  auto archive = Archive::Open(bytes);
  ASSERT_TRUE(archive);
  EXPECT_EQ(archive->Read("word/document.xml").value(), "<a/>");
  EXPECT_EQ(archive->Read("/Word/Document.XML").value(), "<a/>");
  EXPECT_EQ(archive->Read("empty").value(), "");
  EXPECT_EQ(archive->Read("other").error().code(), Code::kNotFound);
  EXPECT_EQ(archive->Names().size(), 2U);
}

TEST(Archive, DamageIsAnError) {
  const std::string bytes = Zip({{"a", std::string(100'000, 'x') + "y"}});
  EXPECT_EQ(Archive::Open(bytes.substr(0, bytes.size() / 2)).error().code(), Code::kDamaged);
  EXPECT_EQ(Archive::Open("PK\x03\x04").error().code(), Code::kDamaged);
  std::string broken = bytes;
  for (size_t i = 40; i < 60; ++i) broken[i] = '\xff';
  auto archive = Archive::Open(broken);
  ASSERT_TRUE(archive);
  EXPECT_EQ(archive->Read("a").error().code(), Code::kDamaged);
}

TEST(Archive, LimitsHold) {
  const std::string bytes = Zip({{"a", std::string(1'000'000, '\0')}, {"b", "b"}});
  struct Case {
    ArchiveLimits limits;
    std::string_view message;
  };
  const Case cases[] = {
      {{.entry_bytes = 999'999}, "'a' in the archive unpacks to more than 999999 bytes"},
      {{.total_bytes = 999'999}, "the archive unpacks to more than 999999 bytes"},
      {{.ratio = 100, .free_bytes = 1000},
       "the archive unpacks to more than 100 times its size (a ZIP bomb)"},
  };
  for (const Case& test : cases) {
    auto archive = Archive::Open(bytes, test.limits);
    ASSERT_TRUE(archive);
    const auto content = archive->Read("a");
    ASSERT_FALSE(content) << test.message;
    EXPECT_EQ(content.error().code(), Code::kTooLarge);
    EXPECT_EQ(content.error().message(), test.message);
  }
  EXPECT_EQ(Archive::Open(bytes, {.entries = 1}).error().code(), Code::kTooLarge);
  // What was read before counts.
  auto archive = Archive::Open(bytes, {.total_bytes = 1'000'000});
  ASSERT_TRUE(archive);
  EXPECT_TRUE(archive->Read("a"));
  EXPECT_EQ(archive->Read("b").error().code(), Code::kTooLarge);
}

}  // namespace
}  // namespace office
