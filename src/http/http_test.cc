// Forms, multipart and the route table: no sockets here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/body.h"
#include "http/forms.h"
#include "http/multipart.h"
#include "http/router.h"

namespace http {
namespace {

using base::Code;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(Forms, PairsInOrderAndDecoded) {
  EXPECT_THAT(ParseForm("a=1&b=x%20y+z&a=2&flag&=empty&&", 10).value(),
              ElementsAre(Pair("a", "1"), Pair("b", "x y z"), Pair("a", "2"), Pair("flag", ""),
                          Pair("", "empty")));
  EXPECT_FALSE(ParseForm("a=%4", 10));
  EXPECT_FALSE(ParseForm("a=1&b=2&c=3", 2));
}

TEST(Forms, EncodeAndDecodeAreInverse) {
  const std::string text("a b/ü&=%+\0x", 12);
  EXPECT_EQ(PercentDecode(PercentEncode(text), Plus::kLiteral).value(), text);
}

// Records what the parser tells, one line per part.
struct Recorder final : MultipartListener {
  base::Result<> OnPart(const Part& part) override {
    parts.push_back(part.name +
                    (part.is_file ? "@" + part.filename + "(" + part.content_type + ")" : "") +
                    "=");
    return {};
  }
  base::Result<> OnData(std::string_view bytes) override {
    parts.back() += bytes;
    return {};
  }
  base::Result<> OnPartEnd() override {
    parts.back() += ";";
    return {};
  }
  std::vector<std::string> parts;
};

const std::string kBody =
    "preamble\r\n--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--B\r\n"
    "content-disposition: form-data; name=\"file\"; filename=\"x \\\"y%22.pdf\"\r\nContent-Type: "
    "application/pdf\r\n\r\n"
    "\r\n--A\r\n-\r\r\n\r\n--B  \r\nContent-Disposition: form-data; name=empty; "
    "filename=\"\"\r\n\r\n\r\n--B--\r\nepilogue";

TEST(Multipart, SameResultHoweverTheBytesArrive) {
  for (const size_t piece :
       {size_t{1}, size_t{2}, size_t{3}, size_t{7}, size_t{64}, kBody.size()}) {
    Recorder recorder;
    MultipartParser parser("B", recorder);
    for (size_t at = 0; at < kBody.size(); at += piece)
      ASSERT_TRUE(parser.Feed(std::string_view(kBody).substr(at, piece)));
    ASSERT_TRUE(parser.Finish()) << piece;
    EXPECT_THAT(recorder.parts,
                ElementsAre("a=one;", "file@x \"y\".pdf(application/pdf)=\r\n--A\r\n-\r\r\n;",
                            "empty@()=;"))
        << piece;
  }
}

TEST(Multipart, BadInputIsAnError) {
  for (const char* body :
       {"", "--B\r\n", "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end",
        "--B\r\nContent-Type: text/plain\r\n\r\nx\r\n--B--", "--B\r\nno colon\r\n\r\nx\r\n--B--",
        "--Bx\r\n"}) {
    Recorder recorder;
    MultipartParser parser("B", recorder);
    const auto fed = parser.Feed(body);
    EXPECT_FALSE(fed && parser.Finish()) << body;
  }
  Recorder recorder;
  MultipartParser parser("B", recorder);
  EXPECT_EQ(parser.Feed("--B\r\n" + std::string(100'000, 'h')).error().code(), Code::kTooLarge);
}

TEST(Multipart, Boundary) {
  EXPECT_EQ(BoundaryOf("multipart/form-data; charset=utf-8; boundary=\"a b\"").value(), "a b");
  EXPECT_EQ(BoundaryOf("multipart/form-data; Boundary=xyz").value(), "xyz");
  EXPECT_FALSE(BoundaryOf("multipart/form-data"));
}

Route MakeRoute(Method method, std::string path, std::vector<Parameter> parameters = {}) {
  return {.method = method,
          .path = std::move(path),
          .tag = "",
          .summary = "",
          .parameters = std::move(parameters),
          .handler = nullptr};
}

TEST(Router, LiteralsBeforeArgumentsAndBothSpellings) {
  const Router router({MakeRoute(Method::kGet, "/w/{id}"), MakeRoute(Method::kGet, "/w/run-groups"),
                       MakeRoute(Method::kPost, "/w/"), MakeRoute(Method::kGet, "/s/{source*}"),
                       MakeRoute(Method::kPost, "/w/{id}")});
  EXPECT_EQ(router.Find(Method::kGet, "/w/run_groups/").route, &router.routes()[1]);
  EXPECT_EQ(router.Find(Method::kHead, "/w/7").route, &router.routes()[0]);
  EXPECT_EQ(router.Find(Method::kPost, "/w").route, &router.routes()[2]);
  EXPECT_THAT(router.Find(Method::kGet, "/s/git%3A/a/b").path_arguments,
              ElementsAre(Pair("source", "git:/a/b")));
  EXPECT_THAT(router.Find(Method::kGet, "/s/dav:https://h//x/").path_arguments,
              ElementsAre(Pair("source", "dav:https://h//x")))
      << "slashes side by side stay";
  EXPECT_EQ(router.Find(Method::kGet, "/s/").route, nullptr);
  EXPECT_EQ(router.Find(Method::kGet, "/nothing").route, nullptr);
  EXPECT_THAT(router.Find(Method::kDelete, "/w/run-groups").allowed, ElementsAre(Method::kGet));
  EXPECT_EQ(router.Find(Method::kPost, "/w/run-groups").route, nullptr)
      << "not POST /w/{id}: another resource";
  const Match wrong = router.Find(Method::kDelete, "/w/7");
  EXPECT_EQ(wrong.route, nullptr);
  EXPECT_THAT(wrong.allowed, ElementsAre(Method::kGet, Method::kPost));
}

TEST(Router, ArgumentsAreCheckedAndTheMessageSaysWhatIsAllowed) {
  const Router router(
      {MakeRoute(Method::kGet, "/x/{id}",
                 {{.name = "id", .in = In::kPath, .kind = Kind::kInteger, .required = true},
                  {.name = "page", .kind = Kind::kInteger, .otherwise = "1", .min = 1},
                  {.name = "flag", .kind = Kind::kBoolean},
                  {.name = "status", .allowed = {"A", "B"}},
                  {.name = "name", .in = In::kEither, .alias = "nmae", .max_length = 3},
                  {.name = "X-Key", .in = In::kHeader}}),
       MakeRoute(Method::kGet, "/needs", {{.name = "name", .required = true}})});
  const auto bind = [&](std::string_view path, Pairs query, Pairs form = {}) {
    Request request;
    request.query = std::move(query);
    request.form = std::move(form);
    request.headers.Add("x-key", "k");
    auto bound = BindArguments(router.Find(Method::kGet, path), request);
    return std::pair(std::move(request), bound ? "" : bound.error().message());
  };
  const auto [request, none] = bind("/x/7", {{"flag", "True"}}, {{"nmae", "z"}});
  EXPECT_EQ(none, "");
  EXPECT_EQ(request.RequireInteger("id"), 7);
  EXPECT_EQ(request.Integer("page"), 1);
  EXPECT_TRUE(request.Flag("flag"));
  EXPECT_EQ(request.Text("name"), "z");
  EXPECT_EQ(request.Text("status"), std::nullopt);
  EXPECT_EQ(request.Text("X-Key"), "k");
  EXPECT_EQ(bind("/x/7", {{"name", "äöü"}}).second, "") << "characters, not bytes";
  EXPECT_THAT(bind("/x/7", {{"name", "abcd"}}).second, HasSubstr("at most 3 characters, not 4"));
  EXPECT_THAT(bind("/needs", {{"name", ""}}).second, HasSubstr("'name' must not be empty"));
  EXPECT_THAT(bind("/needs", {}).second, HasSubstr("query parameter 'name' is required"));
  EXPECT_THAT(bind("/x/seven", {}).second, HasSubstr("'id' must be an integer, not 'seven'"));
  EXPECT_THAT(bind("/x/7", {{"page", "0"}}).second, HasSubstr("'page' must be at least 1"));
  EXPECT_THAT(bind("/x/7", {{"flag", "maybe"}}).second, HasSubstr("true or false"));
  EXPECT_THAT(bind("/x/7", {{"status", "C"}}).second, HasSubstr("one of A, B"));
  EXPECT_EQ(bind("/x/7", {{"page", ""}, {"flag", ""}}).second, "") << "empty means not given";
}

struct Spool final : FileSink {
  explicit Spool(std::string& out) : bytes(out) {}
  base::Result<> Write(std::string_view more) override {
    bytes += more;
    return {};
  }
  std::string& bytes;
};

TEST(Body, FilesGoToTheSinkAndFieldsToTheForm) {
  std::string spooled;
  Route route = MakeRoute(Method::kPost, "/u");
  route.body = Body::kForm;
  route.file_sink = [&](const UploadedFile&) -> base::Result<std::unique_ptr<FileSink>> {
    return std::make_unique<Spool>(spooled);
  };
  auto reader = NewBodyReader(route, "multipart/form-data; boundary=B",
                              {.max_body_bytes = 100, .max_upload_bytes = 10'000})
                    .value();
  ASSERT_TRUE(reader->Feed(kBody));
  Request request;
  ASSERT_TRUE(reader->Finish(request));
  EXPECT_THAT(request.form, ElementsAre(Pair("a", "one")));
  ASSERT_EQ(request.files.size(), 2u);
  EXPECT_EQ(request.files[0].filename, "x \"y\".pdf");
  EXPECT_EQ(spooled, "\r\n--A\r\n-\r\r\n");
}

TEST(Body, LimitsHold) {
  Route route = MakeRoute(Method::kPost, "/u");
  route.body = Body::kForm;
  auto reader = NewBodyReader(route, "", {.max_body_bytes = 10}).value();
  EXPECT_TRUE(reader->Feed("a=12345678"));
  EXPECT_EQ(reader->Feed("9").error().code(), Code::kTooLarge);
  EXPECT_EQ(NewBodyReader(route, "application/json", {}).error().code(), Code::kUnsupported);
}

TEST(Errors, AlwaysTheSameForm) {
  const Response response = ErrorResponse(base::Error(Code::kNotFound, "no \"x\"\n"));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body, R"({"error":"no \"x\"\n","status_code":404})");
}

}  // namespace
}  // namespace http
