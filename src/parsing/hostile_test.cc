// Hostile documents through the real readers: each ends with a sentence a person understands, in
// bounded time, and its neighbours are read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/files.h"
#include "parsing/local_parser.h"

namespace parsing {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

// Sanitizers cost a factor of ten, and depth does not change what they see.
#ifdef SI_SANITIZED
constexpr size_t kDeep = 50'000;
#else
constexpr size_t kDeep = 1'000'000;
#endif

std::string Repeat(std::string_view piece, size_t count) {
  std::string text;
  text.reserve(piece.size() * count);
  for (size_t i = 0; i < count; ++i) text += piece;
  return text;
}

// A PDF of one page with this content. `pages` and `trailer` replace what belongs there; `more` are
// objects from number 6 on.
struct PdfParts {
  std::string content = "BT /F1 12 Tf 72 720 Td (A page of text.) Tj ET";
  std::string pages = "/Count 1 /Kids [5 0 R]";
  std::string trailer = {};
  std::string forms = {};  // of the page's resources: "/X6 6 0 R"
  std::vector<std::string> more = {};
};

std::string Pdf(const PdfParts& parts = {}) {
  std::string out = "%PDF-1.4\n";
  std::vector<size_t> offsets;
  const auto add = [&](const std::string& body) {
    offsets.push_back(out.size());
    out += std::to_string(offsets.size()) + " 0 obj\n" + body + "\nendobj\n";
  };
  add("<< /Type /Catalog /Pages 2 0 R >>");
  add("<< /Type /Pages " + parts.pages + " >>");
  add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  add("<< /Length " + std::to_string(parts.content.size()) + " >>\nstream\n" + parts.content +
      "\nendstream");
  add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
      "/Resources << /Font << /F1 3 0 R >> /XObject << " +
      parts.forms + " >> >> >>");
  for (const std::string& body : parts.more) add(body);
  const size_t xref = out.size();
  const std::string size = std::to_string(offsets.size() + 1);
  out += "xref\n0 " + size + "\n0000000000 65535 f \n";
  for (const size_t offset : offsets) {
    const std::string digits = std::to_string(offset);
    out += std::string(10 - digits.size(), '0') + digits + " 00000 n \n";
  }
  return out + "trailer\n<< /Size " + size + " /Root 1 0 R " + parts.trailer + ">>\nstartxref\n" +
         std::to_string(xref) + "\n%%EOF\n";
}

// Every form draws the next one ten times: 10^levels words on one page. A second page is good.
std::string ExponentialPdf(int levels) {
  PdfParts parts{.content = "/X6 Do", .forms = "/X6 6 0 R"};
  for (int level = 0; level < levels; ++level) {
    const bool last = level + 1 == levels;
    const std::string next = "X" + std::to_string(7 + level);
    const std::string content =
        last ? "BT /F1 12 Tf 72 720 Td (word) Tj ET" : Repeat("/" + next + " Do ", 10);
    const std::string forms = last ? "" : "/" + next + " " + next.substr(1) + " 0 R";
    parts.more.push_back(
        "<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font << "
        "/F1 3 0 R >> /XObject << " +
        forms + " >> >> /Length " + std::to_string(content.size()) + " >>\nstream\n" + content +
        "\nendstream");
  }
  const size_t number = 6 + parts.more.size();
  const std::string content = "BT /F1 12 Tf 72 720 Td (The good page.) Tj ET";
  parts.more.push_back("<< /Length " + std::to_string(content.size()) + " >>\nstream\n" + content +
                       "\nendstream");
  parts.more.push_back("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents " +
                       std::to_string(number) + " 0 R /Resources << /Font << /F1 3 0 R >> >> >>");
  parts.pages = "/Count 2 /Kids [5 0 R " + std::to_string(number + 1) + " 0 R]";
  return Pdf(parts);
}

// Pages of text with headings of two sizes; page `bad` draws itself ten times ten times …
std::string LongPdf(int pages, int bad) {
  PdfParts parts{.content = "BT /F1 12 Tf 72 720 Td (Page 1 begins.) Tj ET"};
  std::string kids = "5 0 R";
  const auto number = [&] { return 6 + static_cast<int>(parts.more.size()); };
  const auto stream = [&](const std::string& entries, const std::string& content) {
    parts.more.push_back("<< " + entries + " /Length " + std::to_string(content.size()) +
                         " >>\nstream\n" + content + "\nendstream");
    return std::to_string(number() - 1) + " 0 R";
  };
  std::string form = stream(
      "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /Font "
      "<< /F1 3 0 R >> >>",
      "BT /F1 12 Tf 72 720 Td (word) Tj ET");
  for (int level = 0; level < 11; ++level) {
    form =
        stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X " +
                   form + " >> >>",
               Repeat("/X Do ", 10));
  }
  for (int page = 2; page <= pages; ++page) {
    const std::string name = std::to_string(page);
    std::string content = "BT /F1 " + std::string(page % 3 == 0 ? "18" : "14") +
                          " Tf 72 760 Td (Chapter " + name + ") Tj ET ";
    for (int line = 0; line < 30; ++line) {
      content += "BT /F1 10 Tf 72 " + std::to_string(700 - 12 * line) + " Td (Some words of page " +
                 name + " that fill its lines) Tj ET ";
    }
    if (page == bad) content += "/X Do";
    const std::string body = stream("", content);
    kids += " " + std::to_string(number()) + " 0 R";
    parts.more.push_back("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents " + body +
                         " /Resources << /Font << /F1 3 0 R >> /XObject << /X " + form +
                         " >> >> >>");
  }
  parts.pages = "/Count " + std::to_string(pages) + " /Kids [" + kids + "]";
  return Pdf(parts);
}

std::string EncryptedPdf() {
  const auto hex = [](std::string_view digits, size_t count) {
    return "<" + Repeat(digits, count) + ">";
  };
  return Pdf({.trailer = "/Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O " +
                         hex("41", 32) + " /U " + hex("42", 32) + " >> /ID [" + hex("43", 16) +
                         hex("43", 16) + "] "});
}

// The local header of a zip whose one member claims 4 GB: what matters is that nobody unpacks it.
std::string ZipBomb() {
  return std::string(
             "PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\x10\0\0\0\xff\xff\xff\xff\x11\0\0\0", 30) +
         "word/document.xml" + std::string(16, '\x4b');
}

class HostileTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::filesystem::path pdfium = std::string(SI_DEPS_DIR) + "/pdfium/libpdfium.so";
    if (!std::filesystem::exists(pdfium)) return;
    auto parser = LocalParser::Start({.si_parse = SI_PARSE_PATH, .pdfium = pdfium, .workers = 1});
    ASSERT_TRUE(parser) << parser.error().ToString();
    parser_ = std::move(*parser);
  }
  static void TearDownTestSuite() { parser_.reset(); }

  void SetUp() override {
    if (!parser_) GTEST_SKIP() << "no PDFium in SI_DEPS_DIR";
  }

  base::Result<Parsed> Parse(const std::string& name, const std::string& bytes,
                             const Limits& limits = {}) {
    std::ofstream(dir_.path() / name, std::ios::binary) << bytes;
    return parser_->Parse({.file = dir_.path() / name, .filename = name, .limits = limits}, nullptr,
                          {});
  }

  // A parser of two processes.
  void StartTwo() {
    auto parser = LocalParser::Start({.si_parse = SI_PARSE_PATH,
                                      .pdfium = std::string(SI_DEPS_DIR) + "/pdfium/libpdfium.so",
                                      .workers = 2});
    ASSERT_TRUE(parser) << parser.error().ToString();
    two_ = std::move(*parser);
  }

  base::TempDir dir_;
  std::unique_ptr<LocalParser> two_;
  static std::unique_ptr<LocalParser> parser_;
};

std::unique_ptr<LocalParser> HostileTest::parser_;

TEST_F(HostileTest, GoodDocumentsAreRead) {
  struct Row {
    const char* name;
    std::string bytes;
    const char* mime;
    const char* markdown;
  };
  const Row rows[] = {
      {"a.pdf", Pdf(), "application/pdf", "A page of text."},
      {"a.html", "<h1>Head</h1><p>Text</p>", "text/html", "# Head\n\nText"},
      {"a.md", "# Head\n\nText", "text/markdown", "# Head\n\nText"},
      {"a.csv", "x,y\n1,2\n", "text/csv", "x"},
  };
  for (const Row& row : rows) {
    const auto parsed = Parse(row.name, row.bytes);
    ASSERT_TRUE(parsed) << row.name << ": " << parsed.error().ToString();
    EXPECT_THAT(parsed->markdown, HasSubstr(row.markdown)) << row.name;
    EXPECT_EQ(parsed->facts.mime_type, row.mime) << row.name;
    const auto facts = parser_->Inspect({.file = dir_.path() / row.name, .filename = row.name}, {});
    ASSERT_TRUE(facts) << row.name << ": " << facts.error().ToString();
    EXPECT_EQ(facts->mime_type, row.mime);
  }
}

TEST_F(HostileTest, EndWithASentenceInTime) {
  struct Row {
    const char* name;
    std::string bytes;
    const char* message;
  };
  const std::string pdf = Pdf();
  const Row rows[] = {
      {"empty.pdf", "", "empty"},
      {"empty.html", "", "empty"},
      {"encrypted.pdf", EncryptedPdf(), "password"},
      {"truncated.pdf", pdf.substr(0, pdf.size() / 3), ""},
      {"loop.pdf", Pdf({.pages = "/Count 9 /Kids [2 0 R 2 0 R]"}), ""},
      {"noise.pdf", "%PDF-1.4\n" + Repeat("\x01\x80 obj << [ ", 20'000), ""},
      {"noise.html", Repeat(std::string("\0\x01\xfe\xff", 4), 5'000), ""},
      {"bomb.docx", ZipBomb(), ""},
      {"deep.json",
       R"({"schema_name":"DoclingDocument","body":)" + Repeat("[", kDeep) + Repeat("]", kDeep) +
           "}",
       ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto began = std::chrono::steady_clock::now();
    const auto parsed = Parse(row.name, row.bytes);
    EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(20));
    EXPECT_FALSE(parsed) << parsed->markdown.substr(0, 200);
    if (parsed) continue;
    EXPECT_FALSE(parsed.error().retryable()) << parsed.error().ToString();
    EXPECT_THAT(parsed.error().message(), HasSubstr(row.message));
    EXPECT_GT(parsed.error().message().size(), 10U);
    std::printf("%-16s %s\n", row.name, parsed.error().ToString().c_str());
  }
}

// Deep nesting is absurd but no lie: it may be read flat, or refused. It may not take the stack.
TEST_F(HostileTest, DeepNestingIsReadOrRefusedInTime) {
  struct Row {
    const char* name;
    std::string bytes;
  };
  const Row rows[] = {
      {"deep.html", Repeat("<div>", kDeep) + "x" + Repeat("</div>", kDeep)},
      {"lists.html", Repeat("<ul><li>", kDeep / 2) + "x"},
      {"tables.html", Repeat("<table><tr><td>", kDeep / 4) + "x"},
      {"inline.html", Repeat("<b><i>", kDeep / 2) + "x"},
      {"quotes.md", Repeat("> ", kDeep) + "x"},
      {"brackets.md", Repeat("[", kDeep) + "x"},
      {"stars.md", Repeat("*a ", kDeep / 4) + "x"},
      {"lists.md", Repeat("- ", kDeep) + "x"},
      {"quotes.csv", Repeat("\"\"\"", kDeep)},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto began = std::chrono::steady_clock::now();
    const auto parsed = Parse(row.name, row.bytes);
    const auto took = std::chrono::steady_clock::now() - began;
    EXPECT_LT(took, seconds(30));
    std::printf(
        "%-12s %5lld ms  %s\n", row.name,
        static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()),
        parsed ? "read" : parsed.error().ToString().c_str());
    if (parsed) continue;
    EXPECT_FALSE(parsed.error().retryable()) << parsed.error().ToString();
    EXPECT_THAT(parsed.error().message(), Not(HasSubstr("crashed")));
  }
}

TEST_F(HostileTest, PagesThatGrowWithoutEndAreCutOrTimed) {
  const auto small = Parse("small.pdf", ExponentialPdf(3));
  ASSERT_TRUE(small) << small.error().ToString();
  const auto began = std::chrono::steady_clock::now();
  Limits limits{.page = std::chrono::milliseconds(700)};
  const auto rest = Parse("huge.pdf", ExponentialPdf(12), limits);
  ASSERT_TRUE(rest) << rest.error().ToString();
  EXPECT_EQ(rest->markdown, "The good page.");
  EXPECT_EQ(rest->page_count, 2);
  ASSERT_FALSE(rest->diagnostics.empty());
  EXPECT_EQ(rest->diagnostics[0].what, "page 1 was left out: page 1 took longer than 0.7 s");

  limits.left_out_pages = 0;
  const auto nothing = Parse("huge.pdf", ExponentialPdf(12), limits);
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(20));
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().ToString(), "too_large: page 1 took longer than 0.7 s");
}

struct RecordedPages final : PageProgress {
  void OnPage(int done, int total) override {
    went_back = went_back || done < last;
    last = done;
    of = total;
  }
  int last = 0;
  int of = 0;
  bool went_back = false;
};

TEST_F(HostileTest, RangesOfPagesSideBySideMakeTheSameDocument) {
  StartTwo();
  const Limits limits{.page = std::chrono::milliseconds(1000)};
  for (const int bad : {0, 7, 30}) {
    SCOPED_TRACE(bad);
    const std::string bytes = LongPdf(40, bad);
    const auto whole = Parse("long.pdf", bytes, limits);
    ASSERT_TRUE(whole) << whole.error().ToString();
    RecordedPages progress;
    const auto split = two_->Parse(
        {.file = dir_.path() / "long.pdf", .filename = "long.pdf", .limits = limits, .split = true},
        &progress, {});
    ASSERT_TRUE(split) << split.error().ToString();
    EXPECT_EQ(split->document_json, whole->document_json);
    EXPECT_EQ(split->markdown, whole->markdown);
    EXPECT_EQ(split->page_count, 40);
    EXPECT_EQ(split->pages, whole->pages);
    ASSERT_EQ(split->diagnostics.size(), whole->diagnostics.size());
    EXPECT_EQ(split->diagnostics.size(), bad == 0 ? 0U : 1U);
    for (size_t i = 0; i < split->diagnostics.size(); ++i) {
      EXPECT_EQ(split->diagnostics[i].what, whole->diagnostics[i].what);
    }
    EXPECT_EQ(progress.last, 40);
    EXPECT_EQ(progress.of, 40);
    EXPECT_EQ(progress.went_back, bad != 0) << "a range starts afresh without its bad page";
  }
}

TEST_F(HostileTest, SplittingTakesOtherFormatsAndShortDocumentsAsTheyAre) {
  StartTwo();
  for (const auto& [name, bytes] :
       {std::pair<const char*, std::string>("a.pdf", Pdf()),
        std::pair<const char*, std::string>("a.html", "<h1>Head</h1>")}) {
    const auto whole = Parse(name, bytes);
    const auto split =
        two_->Parse({.file = dir_.path() / name, .filename = name, .split = true}, nullptr, {});
    ASSERT_TRUE(whole && split);
    EXPECT_EQ(split->markdown, whole->markdown);
  }
  const auto damaged = Parse("a.pdf", "%PDF-1.4 nothing");
  const auto split =
      two_->Parse({.file = dir_.path() / "a.pdf", .filename = "a.pdf", .split = true}, nullptr, {});
  EXPECT_EQ(split.error().ToString(), damaged.error().ToString());
}

TEST_F(HostileTest, ASplitDocumentIsCancelledAsAWhole) {
  StartTwo();
  std::ofstream(dir_.path() / "long.pdf", std::ios::binary) << LongPdf(40, 2);
  std::stop_source stop;
  std::jthread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    stop.request_stop();
  });
  const auto began = std::chrono::steady_clock::now();
  const auto parsed =
      two_->Parse({.file = dir_.path() / "long.pdf", .filename = "long.pdf", .split = true},
                  nullptr, stop.get_token());
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code(), base::Code::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(3));
}

// What takes no time to write and would take for ever to look at.
TEST_F(HostileTest, LargeThingsStayWithinTimeAndMemory) {
  struct Row {
    const char* name;
    std::string bytes;
    const char* markdown;  // nullptr: may be refused
  };
  const Row rows[] = {
      {"paths.pdf",
       Pdf({.content = "BT /F1 12 Tf 72 720 Td (The words.) Tj ET " +
                       Repeat("1 1 m 9 9 l S ", 2 * kDeep)}),
       "The words."},
      {"fills.pdf",
       Pdf({.content =
                Repeat("0 0 9 9 re f ", 200'000) + "BT /F1 12 Tf 72 720 Td (The words.) Tj ET"}),
       "The words."},
      {"covered.pdf",
       Pdf({.content = Repeat("BT /F1 12 Tf 72 720 Td (secret) Tj ET ", 20'000) +
                       Repeat("1 g 0 700 595 60 re f ", 20'000) +
                       "0 g BT /F1 12 Tf 72 620 Td (The words.) Tj ET"}),
       "The words."},
      {"spans.html", "<table><tr><td colspan=1000000000 rowspan=1000000000>a<td>b</table>",
       nullptr},
      {"cells.html", "<table>" + Repeat("<tr>" + Repeat("<td>x", 1000), 500) + "</table>", nullptr},
      {"wide.csv", Repeat("a,", kDeep) + "b\n" + Repeat("c\n", 1000), nullptr},
      {"styles.html",
       "<style>" + Repeat(".a .a{color:red}", 50'000) + "</style>" + Repeat("<i class=a>", 200) +
           "x",
       nullptr},
      {"entities.html", "<!DOCTYPE x [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]><p>&c;", nullptr},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto began = std::chrono::steady_clock::now();
    const auto parsed = Parse(row.name, row.bytes, {.memory = uint64_t{512} << 20});
    const auto took = std::chrono::steady_clock::now() - began;
    EXPECT_LT(took, seconds(20));
    std::printf(
        "%-14s %5lld ms  %s\n", row.name,
        static_cast<long long>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()),
        parsed ? "read" : parsed.error().ToString().c_str());
    if (row.markdown != nullptr) {
      ASSERT_TRUE(parsed) << parsed.error().ToString();
      EXPECT_EQ(parsed->markdown, row.markdown);
    } else if (!parsed) {
      EXPECT_EQ(parsed.error().code(), base::Code::kTooLarge) << parsed.error().ToString();
    }
  }
}

TEST_F(HostileTest, MoreMemoryThanAllowed) {
  const std::string html = "<p>" + Repeat("<b>word</b> ", 3'000'000);
  const auto parsed = Parse("large.html", html, {.memory = uint64_t{48} << 20});
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().ToString(), "too_large: the document needed more than 48 MB of memory");
}

}  // namespace
}  // namespace parsing
