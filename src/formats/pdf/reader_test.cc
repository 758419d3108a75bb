// End to end: small PDFs made by the test, read with the real engine.
#include "formats/pdf/reader.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "formats/pdf/pdf_writer.h"
#include "formats/pdf/test_engine.h"

namespace pdf {
namespace {

using docling::Label;

const PdfWriter::Look kBody;
const PdfWriter::Look kBold{.size = 14, .face = PdfWriter::Face::kBold};

struct ReadResult {
  base::Result<docling::Document> document;
  docling::CollectedDiagnostics diagnostics;
};

ReadResult ReadBytes(const std::string& bytes, const Options& options = {}) {
  docling::CollectedDiagnostics diagnostics;
  auto document = Read(*TestEngine(), bytes, "sample.pdf", options, diagnostics, nullptr);
  return {std::move(document), std::move(diagnostics)};
}

// "label: text" of every text item.
std::vector<std::string> Items(const docling::Document& document) {
  std::vector<std::string> items;
  for (const auto& text : document.texts) {
    items.push_back(std::string(docling::Name(text.label)) + ": " + text.text);
  }
  return items;
}

const docling::Text* FindLabel(const docling::Document& document, Label label) {
  for (const auto& text : document.texts) {
    if (text.label == label) return &text;
  }
  return nullptr;
}

std::vector<std::string> Prose(const std::string& word, int lines) {
  std::vector<std::string> out;
  for (int i = 0; i < lines; ++i)
    out.push_back(word + " runs on and on over the whole width " + word);
  out.back() += ".";
  return out;
}

TEST(ReadTest, HeadingAndParagraphsWithPlacesOnThePage) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page().Text(72, 80, "Scope of the work", kBold);
  float y = writer.Lines(72, 104, Prose("alpha", 4), kBody);
  writer.Lines(72, y + 10, Prose("beta", 3), kBody);
  const auto result = ReadBytes(writer.Finish());
  ASSERT_TRUE(result.document) << result.document.error().ToString();
  const docling::Document& document = *result.document;
  ASSERT_EQ(document.texts.size(), 3U) << testing::PrintToString(Items(document));
  EXPECT_EQ(document.texts[0].text, "Scope of the work");
  EXPECT_EQ(document.texts[0].label, Label::kTitle);
  EXPECT_TRUE(document.texts[1].text.starts_with("alpha runs on"));
  EXPECT_TRUE(document.texts[2].text.starts_with("beta runs on"));
  EXPECT_EQ(document.pages.at(1).width, 612);
  EXPECT_EQ(document.pages.at(1).height, 792);
  const auto& prov = document.texts[0].prov.at(0);
  EXPECT_EQ(prov.page_no, 1);
  EXPECT_EQ(prov.bbox.origin, docling::CoordOrigin::kBottomLeft);
  EXPECT_NEAR(prov.bbox.l, 72, 1);
  EXPECT_GT(prov.bbox.t, 792 - 80);
  EXPECT_LT(prov.bbox.b, 792 - 80);
  EXPECT_EQ(prov.charspan_end, 17);
  EXPECT_EQ(document.origin->mimetype, "application/pdf");
  EXPECT_EQ(document.name, "sample");
}

TEST(ReadTest, ColumnsAreReadOneAfterTheOther) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page().Text(72, 60, "A heading over both of the columns of this page", kBold);
  writer.Lines(72, 90, Prose("left", 12), kBody);
  writer.Lines(320, 90, Prose("right", 12), kBody);
  const auto result = ReadBytes(writer.Finish());
  ASSERT_TRUE(result.document);
  const auto items = Items(*result.document);
  ASSERT_EQ(items.size(), 3U) << testing::PrintToString(items);
  EXPECT_TRUE(items[1].starts_with("text: left"));
  EXPECT_EQ(items[1].find("right"), std::string::npos);
  EXPECT_TRUE(items[2].starts_with("text: right"));
}

TEST(ReadTest, HeadersFootersAndPageNumbersAreFurniture) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  for (int page = 1; page <= 4; ++page) {
    writer.Page().Text(72, 36, "Annual report of the company", {.size = 8});
    writer.Lines(72, 90, Prose(std::string(5, static_cast<char>('a' + page)), 20), kBody);
    writer.Text(300, 770, std::to_string(page), {.size = 8});
  }
  const auto result = ReadBytes(writer.Finish());
  ASSERT_TRUE(result.document);
  int headers = 0;
  int footers = 0;
  for (const auto& text : result.document->texts) {
    if (text.label == Label::kPageHeader) ++headers;
    if (text.label == Label::kPageFooter) ++footers;
    EXPECT_EQ(text.layer == docling::Layer::kFurniture, text.label != Label::kText) << text.text;
  }
  EXPECT_EQ(headers, 4);
  EXPECT_EQ(footers, 4);
}

TEST(ReadTest, ParagraphOverThePageBreakIsOneItemWithTwoPlaces) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page().Lines(72, 400,
                      {"This paragraph fills the lower part of its page and then",
                       "it goes on with more words and has to break off in the"},
                      kBody);
  writer.Page().Lines(
      72, 72, {"middle of a sentence that ends on the other page with a", "full stop."}, kBody);
  const auto result = ReadBytes(writer.Finish());
  ASSERT_TRUE(result.document);
  ASSERT_EQ(result.document->texts.size(), 1U) << testing::PrintToString(Items(*result.document));
  const auto& text = result.document->texts[0];
  EXPECT_NE(text.text.find("in the middle of"), std::string::npos);
  ASSERT_EQ(text.prov.size(), 2U);
  EXPECT_EQ(text.prov[0].page_no, 1);
  EXPECT_EQ(text.prov[1].page_no, 2);
  EXPECT_EQ(text.prov[0].charspan_end, text.prov[1].charspan_begin);
  EXPECT_EQ(static_cast<size_t>(text.prov[1].charspan_end), text.text.size());
}

TEST(ReadTest, ListItemsShareAGroup) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page().Lines(72, 72, Prose("intro", 3), kBody);
  writer.Text(72, 120, "1. First thing to do").Text(72, 134, "2. Second thing to do");
  writer.Text(72, 148, "3. Third thing to do");
  const auto result = ReadBytes(writer.Finish());
  ASSERT_TRUE(result.document);
  ASSERT_EQ(result.document->groups.size(), 1U) << testing::PrintToString(Items(*result.document));
  EXPECT_EQ(result.document->groups[0].children.size(), 3U);
  const auto* item = FindLabel(*result.document, Label::kListItem);
  ASSERT_NE(item, nullptr);
  EXPECT_EQ(item->text, "First thing to do");
  EXPECT_EQ(item->marker, "1.");
  EXPECT_EQ(item->orig(), "1. First thing to do");
  EXPECT_TRUE(item->enumerated);
}

TEST(ReadTest, HyphenatedWordsAreMended) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page().Lines(
      72, 72, {"The word at the end of this line is bro-", "ken but its halves belong to one."},
      kBody);
  const auto result = ReadBytes(writer.Finish());
  ASSERT_TRUE(result.document);
  EXPECT_EQ(result.document->texts.at(0).text,
            "The word at the end of this line is broken but its halves belong to one.");
}

TEST(ReadTest, MonospacedLinesBecomeCode) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page().Lines(72, 72, Prose("before", 6), kBody);
  writer.Lines(72, 160, {"if ready:", "    go(now)"}, {.size = 9, .face = PdfWriter::Face::kMono},
               11);
  const auto result = ReadBytes(writer.Finish());
  ASSERT_TRUE(result.document);
  const auto* code = FindLabel(*result.document, Label::kCode);
  ASSERT_NE(code, nullptr) << testing::PrintToString(Items(*result.document));
  EXPECT_EQ(code->text, "if ready:\n    go(now)");
}

TEST(ReadTest, TurnedPagesReadUpright) {
  SI_NEED_PDFIUM();
  for (const char* entry : {"/Rotate 90", "/Rotate 180", "/Rotate 270"}) {
    PdfWriter writer;
    writer.PageEntry(entry).Page().Lines(72, 72, Prose("turned", 4), kBody);
    const auto result = ReadBytes(writer.Finish());
    ASSERT_TRUE(result.document) << entry;
    ASSERT_EQ(result.document->texts.size(), 1U) << entry;
    EXPECT_TRUE(result.document->texts[0].text.starts_with("turned runs on")) << entry;
    const auto& page = result.document->pages.at(1);
    const auto& box = result.document->texts[0].prov.at(0).bbox;
    EXPECT_GE(box.l, 0) << entry;
    EXPECT_LE(box.r, page.width) << entry;
    EXPECT_GE(box.b, 0) << entry;
    EXPECT_LE(box.t, page.height) << entry;
  }
}

TEST(ReadTest, AWholePageOfTurnedTextIsReadInItsDirection) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page();
  for (int i = 0; i < 4; ++i) {
    writer.Text(100 + 12 * static_cast<float>(i), 700,
                "line " + std::to_string(i) + " goes up the page", {.turns = 1});
  }
  const auto result = ReadBytes(writer.Finish());
  ASSERT_TRUE(result.document);
  const std::string all = testing::PrintToString(Items(*result.document));
  EXPECT_LT(all.find("line 0"), all.find("line 1")) << all;
  EXPECT_LT(all.find("line 2"), all.find("line 3")) << all;
}

TEST(ReadTest, APageWithoutTextIsReported) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page().Lines(72, 72, Prose("text", 3), kBody);
  writer.Page();
  const auto result = ReadBytes(writer.Finish());
  ASSERT_TRUE(result.document);
  ASSERT_EQ(result.diagnostics.found.size(), 1U);
  EXPECT_EQ(result.diagnostics.found[0].what, "page 2 has no text layer");
  EXPECT_EQ(result.diagnostics.found[0].where, "page 2");
  EXPECT_EQ(result.document->pages.size(), 2U);
}

TEST(ReadTest, SameBytesSameDocument) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  for (int page = 0; page < 3; ++page) {
    writer.Page().Lines(72, 72, Prose("left" + std::to_string(page), 9), kBody);
    writer.Lines(320, 72, Prose("right", 9), kBody);
  }
  const std::string bytes = writer.Finish();
  const auto first = ReadBytes(bytes);
  const auto second = ReadBytes(bytes);
  ASSERT_TRUE(first.document && second.document);
  EXPECT_EQ(Items(*first.document), Items(*second.document));
}

class CountingProgress : public PageProgress {
 public:
  void OnPage(int done, int total) override { calls.emplace_back(done, total); }
  std::vector<std::pair<int, int>> calls;
};

TEST(ReadTest, ProgressComesBeforeEachPageAndAtTheEnd) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page().Text(72, 72, "one").Page().Text(72, 72, "two");
  docling::CollectedDiagnostics diagnostics;
  CountingProgress progress;
  ASSERT_TRUE(Read(*TestEngine(), writer.Finish(), "a.pdf", {}, diagnostics, &progress));
  const std::vector<std::pair<int, int>> expected{{0, 2}, {1, 2}, {2, 2}};
  EXPECT_EQ(progress.calls, expected);
}

TEST(ReadTest, WorksInAForkedChild) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page().Text(72, 72, "read in the child");
  const std::string bytes = writer.Finish();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto result = ReadBytes(bytes);
    _exit(result.document && result.document->texts.size() == 1 ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

// --- what cannot be read

std::string Encrypted() {
  // The Standard handler with keys that fit no password.
  PdfWriter writer;
  writer.Page().Text(72, 72, "secret");
  std::string bytes = writer.Finish();
  const std::string key(32, 'x');
  bytes.insert(bytes.find("/Root"), "/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O(" +
                                        key + ")/U(" + key + ")>>");
  return bytes;
}

TEST(ReadErrorTest, EachKindHasItsCode) {
  SI_NEED_PDFIUM();
  PdfWriter two;
  two.Page().Text(72, 72, "a").Page().Text(72, 72, "b");
  const std::string good = two.Finish();
  Options one_page;
  one_page.limits.pages = 1;
  Options few_bytes;
  few_bytes.limits.bytes = 100;
  Options few_glyphs;
  few_glyphs.limits.glyphs_per_document = 1;
  const struct {
    const char* what;
    std::string bytes;
    Options options;
    base::Code code;
  } rows[] = {
      {"empty", "", {}, base::Code::kUnsupported},
      {"text", "just some text", {}, base::Code::kUnsupported},
      {"header only", "%PDF-1.4\n", {}, base::Code::kDamaged},
      {"garbage", "%PDF-1.4\n" + std::string(5000, '\x80'), {}, base::Code::kDamaged},
      {"encrypted", Encrypted(), {}, base::Code::kEncrypted},
      {"pages", good, one_page, base::Code::kTooLarge},
      {"bytes", good, few_bytes, base::Code::kTooLarge},
      {"glyphs", good, few_glyphs, base::Code::kTooLarge},
  };
  for (const auto& row : rows) {
    const auto result = ReadBytes(row.bytes, row.options);
    ASSERT_FALSE(result.document) << row.what;
    EXPECT_EQ(result.document.error().code(), row.code)
        << row.what << ": " << result.document.error().ToString();
  }
  EXPECT_EQ(ReadBytes(Encrypted()).document.error().message(), "the PDF needs a password");
}

TEST(ReadErrorTest, ATruncatedFileGivesWhatItHas) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Page().Lines(72, 72, Prose("kept", 3), kBody);
  const std::string bytes = writer.Finish();
  const auto result = ReadBytes(bytes.substr(0, bytes.find("startxref")));
  ASSERT_TRUE(result.document) << result.document.error().ToString();
  EXPECT_EQ(result.document->texts.size(), 1U);
}

TEST(ReadErrorTest, HostileFilesEndAndDoNotCrash) {
  SI_NEED_PDFIUM();
  const std::string deep(100'000, '[');
  const std::string loop_tree =
      "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
      "2 0 obj<</Type/Pages/Count 3/Kids[2 0 R 2 0 R 2 0 R]>>endobj\ntrailer<</Root 1 0 R>>";
  const std::string loop_xref =
      "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>"
      "endobj\nxref\n0 1\n0000000000 65535 f \ntrailer<</Size 3/Root 1 0 R/Prev "
      "95>>\nstartxref\n95\n%%EOF";
  PdfWriter far;
  far.Page().Text(1e9F, 1e9F, "far").Raw("BT /F1 1e30 Tf (huge) Tj ET 1e20 0 0 1e20 0 0 cm\n");
  far.Text(72, 72, "after").Raw("BT /F1 10 Tf 1 0 0 1 nan inf Tm (nan) Tj ET\n");
  PdfWriter nested;
  std::string q;
  for (int i = 0; i < 200'000; ++i) q += "q ";
  nested.Page().Raw(q).Text(72, 72, "deep");
  PdfWriter same_place;
  same_place.Page();
  for (int i = 0; i < 20'000; ++i) same_place.Text(72, 72, "x");
  for (const std::string& bytes : {"%PDF-1.4\n1 0 obj " + deep, loop_tree, loop_xref, far.Finish(),
                                   nested.Finish(), same_place.Finish()}) {
    (void)ReadBytes(bytes);
  }
}

TEST(InspectTest, SaysWhatTheFileSays) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  writer.Info("Title", "On writing").Info("Author", "A. Writer").Info("Keywords", "ink, paper");
  writer.Page().Page().Page();
  const auto facts = Inspect(*TestEngine(), writer.Finish(), {});
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->page_count, 3);
  EXPECT_EQ(facts->title, "On writing");
  EXPECT_EQ(facts->author, "A. Writer");
  EXPECT_EQ(facts->subject, "");
  EXPECT_EQ(facts->keywords, "ink, paper");
  EXPECT_FALSE(Inspect(*TestEngine(), "no", {}));
}

TEST(EngineTest, SaysWhichLibraryIsMissing) {
  const auto engine = Engine::Load("/nowhere/libpdfium.so");
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code(), base::Code::kUnavailable);
  EXPECT_NE(engine.error().message().find("/nowhere/libpdfium.so"), std::string::npos);
}

}  // namespace
}  // namespace pdf
