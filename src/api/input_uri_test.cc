#include "api/input_uri.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/files.h"

namespace api {
namespace {

namespace fs = std::filesystem;
using base::Code;
using ::testing::HasSubstr;

struct Collector final : http::FileSink {
  base::Result<> Write(std::string_view bytes) override {
    text += bytes;
    return {};
  }
  std::string text;
};

class InputUriTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(base::WriteFileDurably(in_ / "sub" / "a b.txt", "inside"));
    ASSERT_TRUE(base::WriteFileDurably(dir_.path() / "in-secret" / "x", "outside"));
    ASSERT_TRUE(base::WriteFileDurably(dir_.path() / "secret", "outside"));
    fs::create_symlink(dir_.path() / "secret", in_ / "link");
    fs::create_symlink("sub/a b.txt", in_ / "inner");
    fs::create_directory_symlink(dir_.path() / "in-secret", in_ / "folder");
    ::mkfifo((in_ / "fifo").c_str(), 0600);
  }
  base::Result<std::string> Fetch(const std::string& uri) {
    InputFetcher fetcher({.folders = {in_}, .max_bytes = 10});
    sink_.text.clear();
    return fetcher.Fetch(uri, sink_);
  }
  std::string File(const std::string& path) const { return "file://" + in_.string() + path; }

  const base::TempDir dir_;
  const fs::path in_ = dir_.path() / "in";
  Collector sink_;
};

TEST_F(InputUriTest, FilesBelowTheFolders) {
  for (const std::string& uri :
       {File("/sub/a%20b.txt"), File("/sub/a b.txt"), File("//sub/a b.txt"),
        "FILE://localhost" + in_.string() + "/sub/a b.txt"}) {
    const auto name = Fetch(uri);
    ASSERT_TRUE(name) << uri << ": " << name.error().message();
    EXPECT_EQ(*name, "a b.txt");
    EXPECT_EQ(sink_.text, "inside");
  }
}

TEST_F(InputUriTest, NothingElse) {
  const std::string outside = "file://" + dir_.path().string();
  const struct {
    std::string uri;
    Code code;
  } kCases[] = {
      {outside + "/secret", Code::kInvalidArgument},
      {outside + "/in-secret/x", Code::kInvalidArgument},  // begins like the folder
      {File("/../secret"), Code::kInvalidArgument},
      {File("/sub/../../secret"), Code::kInvalidArgument},
      {File("/%2e%2e/secret"), Code::kInvalidArgument},
      {File("/..%2fsecret"), Code::kInvalidArgument},
      {File("/./sub/a b.txt"), Code::kInvalidArgument},
      {File("/sub/a b.txt%00.pdf"), Code::kInvalidArgument},
      {File(std::string("/sub/a b.txt\0.pdf", 17)), Code::kInvalidArgument},
      {File("/sub/%zz"), Code::kInvalidArgument},
      {File("/link"), Code::kInvalidArgument},
      {File("/inner"), Code::kInvalidArgument},
      {File("/folder/x"), Code::kInvalidArgument},
      {File("/fifo"), Code::kInvalidArgument},
      {File("/sub"), Code::kInvalidArgument},
      {File(""), Code::kInvalidArgument},
      {File("/"), Code::kInvalidArgument},
      {File("/nothing"), Code::kNotFound},
      {"file:///etc/passwd", Code::kInvalidArgument},
      {"file://host" + in_.string() + "/sub/a b.txt", Code::kInvalidArgument},
      {"file://", Code::kInvalidArgument},
      {in_.string() + "/sub/a b.txt", Code::kInvalidArgument},
      {"s3://bucket/key", Code::kInvalidArgument},
      {"ftp://host/x", Code::kInvalidArgument},
      {"http://example.com/", Code::kInvalidArgument},
      {"", Code::kInvalidArgument},
  };
  for (const auto& [uri, code] : kCases) {
    const auto got = Fetch(uri);
    ASSERT_FALSE(got) << uri;
    EXPECT_EQ(got.error().code(), code) << uri << ": " << got.error().message();
    EXPECT_EQ(sink_.text, "") << uri;
  }
}

TEST_F(InputUriTest, LimitsAndSwitches) {
  ASSERT_TRUE(base::WriteFileDurably(in_ / "big", "eleven byte"));
  EXPECT_EQ(Fetch(File("/big")).error().code(), Code::kTooLarge);
  InputFetcher off({});
  EXPECT_THAT(off.Fetch(File("/big"), sink_).error().message(), HasSubstr("INPUT_DIRS"));
  EXPECT_THAT(off.Fetch("https://example.com/", sink_).error().message(),
              HasSubstr("INPUT_HTTP_ALLOWED"));
  InputFetcher full({.http_allowed = true, .at_once = 0});
  EXPECT_EQ(full.Fetch("https://example.com/", sink_).error().code(), Code::kExhausted);
  InputFetcher stopped({.folders = {in_}});
  stopped.Stop();
  EXPECT_EQ(stopped.Fetch(File("/big"), sink_).error().code(), Code::kUnavailable);
  InputFetcher http({.http_allowed = true});
  EXPECT_THAT(http.Fetch("http://169.254.169.254/latest/meta-data/", sink_).error().message(),
              HasSubstr("does not connect to"));
}

}  // namespace
}  // namespace api
