// Everything that can hide text on a page, in documents made here: it stays out of the document,
// all of it is reported with the reason, and what can be seen stays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/pdf/pdf_writer.h"
#include "formats/pdf/reader.h"
#include "formats/pdf/test_engine.h"

namespace pdf {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Outcome {
  std::string text;      // of all items
  std::string findings;  // a line each
  std::vector<docling::PageOrigin> pages;
};

Outcome ReadBytes(const PdfWriter& writer) {
  docling::CollectedDiagnostics diagnostics;
  auto document = Read(*TestEngine(), writer.Finish(), "a.pdf", {}, diagnostics, nullptr);
  Outcome outcome{.pages = diagnostics.pages};
  EXPECT_TRUE(document) << document.error().ToString();
  if (!document) return outcome;
  for (const docling::Text& item : document->texts) outcome.text += item.text + "\n";
  for (const docling::Diagnostic& one : diagnostics.found) {
    outcome.findings += one.where + ": " + one.what + "\n";
  }
  return outcome;
}

// A page with three lines to be seen and whatever `hide` adds.
template <typename Hide>
Outcome WithSecret(Hide hide) {
  PdfWriter writer;
  writer.Page().Lines(72, 72,
                      {"What is to be seen stands here and goes on", "over some lines of text,",
                       "and they are read as they stand."},
                      {});
  hide(writer);
  return ReadBytes(writer);
}

struct Row {
  const char* what;
  void (*hide)(PdfWriter&);
  const char* reason;  // nullptr: it can be seen
};

const Row kRows[] = {
    {"white on white", [](PdfWriter& w) { w.Text(72, 200, "secret", {.color = "1 1 1"}); },
     "in the colour of its background"},
    {"nearly white", [](PdfWriter& w) { w.Text(72, 200, "secret", {.color = ".97 .97 .97"}); },
     "in the colour of its background"},
    {"blue on blue",
     [](PdfWriter& w) {
       w.Fill(60, 185, 300, 20, "0 0 .4").Text(72, 200, "secret", {.color = "0 0 .4"});
     },
     "in the colour of its background"},
    {"white on blue",
     [](PdfWriter& w) {
       w.Fill(60, 185, 300, 20, "0 0 .4").Text(72, 200, "secret", {.color = "1 1 1"});
     },
     nullptr},
    {"white on a round shape",
     [](PdfWriter& w) {
       w.Raw(
           "0 0 .4 rg 60 580 m 60 620 100 640 200 640 c 300 640 300 560 200 560 c "
           "100 560 60 560 60 580 c f\n");
       w.Text(110, 200, "secret", {.color = "1 1 1"});
     },
     nullptr},
    {"white beside a round shape, inside its box",
     [](PdfWriter& w) {
       w.Raw("0 0 .4 rg 60 400 m 60 700 l 62 702 l 64 704 l 66 706 l 400 404 l 62 398 l h f\n");
       w.Text(300, 150, "secret", {.color = "1 1 1"});
     },
     "in the colour of its background"},
    {"grey", [](PdfWriter& w) { w.Text(72, 200, "secret", {.color = ".8 .8 .8"}); }, nullptr},
    {"not painted", [](PdfWriter& w) { w.Text(72, 200, "secret", {.render_mode = 3}); },
     "not painted"},
    {"tiny", [](PdfWriter& w) { w.Text(72, 200, "secret", {.size = 0.5F}); }, "too small to read"},
    {"squeezed", [](PdfWriter& w) { w.Raw("BT /F1 10 Tf 1 Tz 72 600 Td (secret) Tj 100 Tz ET\n"); },
     "too small to read"},
    {"transparent",
     [](PdfWriter& w) {
       w.Resource("/ExtGState<</G1<</ca 0.01>>>>");
       w.Raw("q /G1 gs BT /F1 10 Tf 72 600 Td (secret) Tj ET Q\n");
     },
     "transparent"},
    {"beside the page", [](PdfWriter& w) { w.Text(700, 200, "secret"); }, "off the page"},
    {"below the page", [](PdfWriter& w) { w.Text(72, 900, "secret"); }, "off the page"},
    {"clipped away",
     [](PdfWriter& w) { w.Raw("q 400 100 50 50 re W n\n").Text(72, 200, "secret").Raw("Q\n"); },
     "clipped away"},
    {"clipped, but not away",
     [](PdfWriter& w) { w.Raw("q 60 580 300 50 re W n\n").Text(72, 200, "secret").Raw("Q\n"); },
     nullptr},
    {"covered by a rectangle",
     [](PdfWriter& w) { w.Text(72, 200, "secret").Fill(60, 185, 300, 20, "1 1 .8"); }, "covered"},
    {"covered by a round shape",
     [](PdfWriter& w) {
       w.Text(110, 200, "secret");
       w.Raw(
           "0 0 .4 rg 60 580 m 60 620 100 640 200 640 c 300 640 300 560 200 560 c "
           "100 560 60 560 60 580 c f\n");
     },
     "covered"},
    {"covered by an image",
     [](PdfWriter& w) {
       const int image = w.Stream(
           "/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray"
           "/BitsPerComponent 8",
           "\x80");
       w.Resource("/XObject<</I1 " + std::to_string(image) + " 0 R>>");
       w.Text(72, 200, "secret").Raw("q 300 0 0 40 60 580 cm /I1 Do Q\n");
     },
     "covered"},
    {"under a marker that multiplies",
     [](PdfWriter& w) {
       w.Resource("/ExtGState<</G1<</BM/Multiply>>>>");
       w.Text(72, 200, "secret").Raw("q /G1 gs\n").Fill(60, 185, 300, 20, "1 1 0").Raw("Q\n");
     },
     nullptr},
    {"white on a white image",
     [](PdfWriter& w) {
       const int image = w.Stream(
           "/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray"
           "/BitsPerComponent 8",
           "\xff");
       w.Resource("/XObject<</I1 " + std::to_string(image) + " 0 R>>");
       w.Raw("q 300 0 0 40 60 580 cm /I1 Do Q\n").Text(72, 200, "secret", {.color = "1 1 1"});
     },
     "in the colour of its background"},
};

TEST(HiddenTextTest, EachWayToHideIsFoundAndSaid) {
  SI_NEED_PDFIUM();
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.what);
    const Outcome outcome = WithSecret(row.hide);
    EXPECT_THAT(outcome.text, HasSubstr("and they are read as they stand."));
    if (row.reason == nullptr) {
      EXPECT_THAT(outcome.text, HasSubstr("secret"));
      EXPECT_EQ(outcome.findings, "");
    } else {
      EXPECT_THAT(outcome.text, Not(HasSubstr("secret")));
      EXPECT_EQ(outcome.findings,
                "page 1: hidden text was left out (" + std::string(row.reason) + "): 'secret'\n");
    }
  }
}

// Two layers, the second of which is switched off; text in marked content and in forms.
TEST(HiddenTextTest, LayersThatAreSwitchedOff) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  const int on = writer.Object("<</Type/OCG/Name(on)>>");
  const int off = writer.Object("<</Type/OCG/Name(off)>>");
  const std::string on_ref = std::to_string(on) + " 0 R";
  const std::string off_ref = std::to_string(off) + " 0 R";
  const auto form = [&](const std::string& layer, const std::string& text) {
    return std::to_string(writer.Stream("/Type/XObject/Subtype/Form/BBox[0 0 612 792]/OC " + layer +
                                            "/Resources<</Font<</F1 4 0 R>>>>",
                                        "BT /F1 10 Tf 72 500 Td (" + text + ") Tj ET")) +
           " 0 R";
  };
  const std::string shown_form = form(on_ref, "a form that is shown");
  const std::string hidden_form = form(off_ref, "a form that is not");
  writer.CatalogEntry("/OCProperties<</OCGs[" + on_ref + " " + off_ref + "]/D<</OFF[" + off_ref +
                      "]>>>>");
  writer.Resource("/Properties<</On " + on_ref + "/Off " + off_ref + ">>/XObject<</X1 " +
                  shown_form + "/X2 " + hidden_form + ">>");
  writer.Page().Text(72, 72, "always there");
  writer.Raw("/OC /On BDC\n").Text(72, 100, "switched on").Raw("EMC\n");
  writer.Raw("/OC /Off BDC\n").Text(72, 130, "switched off").Raw("EMC\n");
  writer.Raw("/X1 Do\n1 0 0 1 0 -50 cm /X2 Do\n");
  const Outcome outcome = ReadBytes(writer);
  EXPECT_THAT(outcome.text, HasSubstr("switched on"));
  EXPECT_THAT(outcome.text, HasSubstr("a form that is shown"));
  EXPECT_THAT(outcome.text, Not(HasSubstr("switched off")));
  EXPECT_THAT(outcome.text, Not(HasSubstr("a form that is not")));
  EXPECT_EQ(outcome.findings,
            "page 1: hidden text was left out (in a layer that is switched off): "
            "'switched off a form that is not'\n");
}

// A font whose letters A…Z mean tag characters, a…c a space without width, an override, a joiner.
TEST(HiddenTextTest, CharactersThatShowNothing) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  std::string map = "begincmap 1 begincodespacerange <00> <ff> endcodespacerange 29 beginbfchar ";
  const char* digits = "0123456789ABCDEF";
  for (char c = 'A'; c <= 'Z'; ++c) {
    const std::string hex{digits[c / 16], digits[c % 16]};
    map += "<" + hex + "> <DB40DC" + hex + "> ";
  }
  map += "<61> <200B> <62> <202E> <63> <200D> endbfchar endcmap";
  const int unicode = writer.Stream("", map);
  const int font = writer.Object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode " +
                                 std::to_string(unicode) + " 0 R>>");
  writer.Page().Text(72, 72, "plain words");
  writer.Raw("BT /F9 10 Tf 200 720 Td (OBEYabc) Tj ET\n");
  std::string bytes = writer.Finish();
  // The writer's fonts are fixed; this one takes the place of the third.
  const std::string third = "/F3 6 0 R";
  bytes.replace(bytes.find(third), third.size(), "/F9 " + std::to_string(font) + " 0 R");
  docling::CollectedDiagnostics diagnostics;
  const auto document = Read(*TestEngine(), bytes, "a.pdf", {}, diagnostics, nullptr);
  ASSERT_TRUE(document);
  ASSERT_EQ(document->texts.size(), 1U);
  EXPECT_EQ(document->texts[0].text, "plain words");
  ASSERT_EQ(diagnostics.found.size(), 3U);
  EXPECT_EQ(diagnostics.found[0].what, "hidden text was left out (tag characters): 'OBEY'");
  EXPECT_EQ(diagnostics.found[1].what, "2 characters without width were removed");
  EXPECT_EQ(diagnostics.found[2].what, "1 characters that turn the writing direction were removed");
}

TEST(HiddenTextTest, AnOcrLayerOverAScanIsItsText) {
  SI_NEED_PDFIUM();
  for (const bool behind : {false, true}) {
    PdfWriter writer;
    const int image = writer.Stream(
        "/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8",
        "\xf0");
    writer.Resource("/XObject<</I1 " + std::to_string(image) + " 0 R>>");
    writer.Page();
    if (!behind) writer.Raw("q 612 0 0 792 0 0 cm /I1 Do Q\n");
    writer.Text(72, 200, "words of the scan", {.render_mode = behind ? 0 : 3});
    if (behind) writer.Raw("q 612 0 0 792 0 0 cm /I1 Do Q\n");
    const Outcome outcome = ReadBytes(writer);
    EXPECT_EQ(outcome.text, "words of the scan\n") << behind;
    EXPECT_EQ(outcome.findings, "") << behind;
    EXPECT_EQ(outcome.pages,
              (std::vector<docling::PageOrigin>{{1, 1, docling::PageSource::kOcrLayer, 1}}));
  }
}

}  // namespace
}  // namespace pdf
