// Forms, links and notes in small PDFs made here, read with the real engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "docling/markdown.h"
#include "formats/pdf/pdf_writer.h"
#include "formats/pdf/reader.h"
#include "formats/pdf/test_engine.h"

namespace pdf {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Outcome {
  docling::Document document;
  std::string markdown;
  std::string findings;
};

Outcome ReadBytes(const PdfWriter& writer) {
  docling::CollectedDiagnostics diagnostics;
  auto document = Read(*TestEngine(), writer.Finish(), "a.pdf", {}, diagnostics, nullptr);
  EXPECT_TRUE(document) << document.error().ToString();
  Outcome outcome{.document = std::move(*document)};
  outcome.markdown = docling::ExportMarkdown(outcome.document);
  for (const auto& one : diagnostics.found) outcome.findings += one.what + "\n";
  return outcome;
}

// The annotations of the page, and the form they belong to.
void Annotate(PdfWriter& writer, const std::vector<std::string>& annotations) {
  std::string all;
  for (const std::string& annotation : annotations) {
    all += std::to_string(writer.Object("<</Type/Annot" + annotation + ">>")) + " 0 R ";
  }
  writer.PageEntry("/Annots[" + all + "]");
  writer.CatalogEntry("/AcroForm<</Fields[" + all + "]>>");
}

TEST(AnnotationsTest, FieldsStandWhereTheyAre) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  Annotate(writer, {"/Subtype/Widget/FT/Tx/T(name)/V(Ada Lovelace)/Rect[150 690 350 706]",
                    "/Subtype/Widget/FT/Tx/T(secret)/Ff 8192/V(password)/Rect[150 660 350 676]",
                    "/Subtype/Widget/FT/Tx/T(off)/F 2/V(not shown)/Rect[150 630 350 646]",
                    "/Subtype/Widget/FT/Btn/T(yes)/V/On/AS/On/Rect[150 600 160 610]"
                    "/AP<</N<</On<<>>/Off<<>>>>>>",
                    "/Subtype/Widget/FT/Btn/T(no)/AS/Off/Rect[150 570 160 580]"
                    "/AP<</N<</On<<>>/Off<<>>>>>>",
                    "/Subtype/Widget/FT/Tx/T(flat)/V(flattened)/Rect[150 540 350 556]"});
  writer.Page().Text(72, 96, "Full name:").Text(72, 186, "Agreed:").Text(72, 216, "Refused:");
  writer.Text(155, 248, "flattened");
  const Outcome outcome = ReadBytes(writer);
  EXPECT_THAT(outcome.markdown, HasSubstr("Ada Lovelace"));
  EXPECT_THAT(outcome.markdown, Not(HasSubstr("password")));
  EXPECT_THAT(outcome.markdown, Not(HasSubstr("not shown")));
  EXPECT_THAT(outcome.markdown, HasSubstr("\u2612"));
  EXPECT_THAT(outcome.markdown, HasSubstr("\u2610"));
  EXPECT_LT(outcome.markdown.find("\u2612"), outcome.markdown.find("\u2610"));
  EXPECT_EQ(outcome.markdown.find("flattened"), outcome.markdown.rfind("flattened"));
  EXPECT_EQ(outcome.findings,
            "hidden text was left out (in a field that is not shown): 'not shown'\n");
}

TEST(AnnotationsTest, LinksThatCoverATextAreItsLink) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  Annotate(writer, {"/Subtype/Link/Rect[70 685 200 705]/A<</S/URI/URI(HTTPS://Example.org)>>",
                    "/Subtype/Link/Rect[70 625 100 645]/A<</S/URI/URI(https://example.org/word)>>",
                    "/Subtype/Link/Rect[70 565 200 585]/A<</S/JavaScript/JS(app.alert\\(1\\))>>"});
  writer.Page().Text(72, 100, "the whole line");
  writer.Text(72, 160, "only the first word of this longer line is a link");
  writer.Text(72, 220, "a script");
  const Outcome outcome = ReadBytes(writer);
  ASSERT_EQ(outcome.document.texts.size(), 3U) << outcome.markdown;
  EXPECT_EQ(*outcome.document.texts[0].hyperlink, "https://example.org/");
  EXPECT_FALSE(outcome.document.texts[1].hyperlink);
  EXPECT_FALSE(outcome.document.texts[2].hyperlink);
  EXPECT_THAT(outcome.markdown, HasSubstr("[the whole line](https://example.org/)"));
}

TEST(AnnotationsTest, NotesStayOutOfTheText) {
  SI_NEED_PDFIUM();
  PdfWriter writer;
  Annotate(writer, {"/Subtype/Text/T(Ada)/Contents(Is this so?)/Rect[300 690 320 710]",
                    "/Subtype/FreeText/Contents(Approved)/Rect[300 590 400 610]"});
  writer.Page().Text(72, 100, "the text");
  const Outcome outcome = ReadBytes(writer);
  EXPECT_THAT(outcome.markdown, HasSubstr("Approved"));
  EXPECT_THAT(outcome.markdown, Not(HasSubstr("Is this so?")));
  const docling::Text& note = outcome.document.texts.back();
  EXPECT_EQ(note.text, "[author: Ada]: Is this so?");
  EXPECT_EQ(note.layer, docling::Layer::kNotes);
  EXPECT_EQ(note.prov.at(0).page_no, 1);
}

}  // namespace
}  // namespace pdf
