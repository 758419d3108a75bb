#include "formats/pdf/packed_pages.h"

#include <gtest/gtest.h>

#include "docling/json.h"
#include "formats/pdf/line_builder.h"
#include "formats/pdf/pdf_writer.h"
#include "formats/pdf/reader.h"
#include "formats/pdf/stages_fixture.h"
#include "formats/pdf/test_engine.h"

namespace pdf {
namespace {

PagesRead Sample() {
  PagesRead read;
  read.fonts.Intern("Times", 0);
  read.fonts.Intern("Courier", 1);
  for (int number = 1; number <= 2; ++number) {
    RawPage raw = EmptyPage();
    AddGlyphs(raw, 50, 100, U"some words", 10, 1);
    AddGlyphs(raw, 50, 130, U"others");
    raw.rules.push_back({{1, 2, 3, 4}});
    read.pages.push_back(BuildLines(std::move(raw), number, read.fonts, {}));
  }
  return read;
}

TEST(PackedPages, ComeBackAsTheyWere) {
  const PagesRead sample = Sample();
  PagesRead back;
  ASSERT_TRUE(Unpack(Pack(sample), back));
  ASSERT_EQ(back.pages.size(), 2U);
  EXPECT_EQ(back.pages[1].number, 2);
  EXPECT_EQ(back.pages[1].lines.at(0).text, "some words");
  EXPECT_EQ(back.pages[1].lines[0].words.size(), 2U);
  EXPECT_EQ(back.pages[1].rules.at(0).box.b, 4);
  EXPECT_EQ(back.pages[1].frame.Width(), 600);
  EXPECT_EQ(Pack(back), Pack(sample));
}

TEST(PackedPages, FontsAreJoined) {
  PagesRead all;
  all.fonts.Intern("Courier", 1);  // in the sample it is number 1
  ASSERT_TRUE(Unpack(Pack(Sample()), all));
  ASSERT_TRUE(Unpack(Pack(Sample()), all));
  EXPECT_EQ(all.fonts.Entries().size(), 2U);
  EXPECT_EQ(all.fonts.At(all.pages[0].lines.at(0).font).name, "Courier");
  EXPECT_EQ(all.fonts.At(all.pages[3].lines.at(1).font).name, "Times");
}

TEST(PackedPages, WhatIsCutOrLongerIsRefused) {
  const std::string packed = Pack(Sample());
  for (size_t size = 0; size < packed.size(); ++size) {
    PagesRead read;
    EXPECT_FALSE(Unpack(std::string_view(packed).substr(0, size), read)) << size;
  }
  PagesRead read;
  EXPECT_FALSE(Unpack(packed + "x", read));
}

// Headings that only the whole document tells apart, a header on all pages, a paragraph that goes
// on over the cut, a font first seen in the second part.
std::string LongPdf() {
  PdfWriter writer;
  for (int page = 1; page <= 5; ++page) {
    writer.Page().Text(72, 40, "Running title of the book", {.size = 8});
    if (page != 3) {
      writer.Text(72, 90, "Chapter about things",
                  {.size = page == 4 ? 18.F : 14.F, .face = PdfWriter::Face::kBold});
    }
    std::vector<std::string> lines(40, "words of a paragraph that go on and on over the page");
    writer.Lines(72, 120, lines, {});
    if (page > 3) writer.Text(72, 700, "code();", {.face = PdfWriter::Face::kMono});
    writer.Text(300, 770, std::to_string(page), {.size = 8});
    writer.Text(72, 740, "white", {.color = "1 1 1"});
  }
  return writer.Finish();
}

TEST(PackedPages, RangesMakeTheDocumentThatTheWholeMakes) {
  SI_NEED_PDFIUM();
  const std::string bytes = LongPdf();
  docling::CollectedDiagnostics whole_found;
  const auto whole = Read(*TestEngine(), bytes, "a.pdf", {}, whole_found, nullptr);
  ASSERT_TRUE(whole);
  for (const int cut : {1, 2, 3, 4}) {
    docling::CollectedDiagnostics found;
    std::vector<std::string> parts;
    for (const PageRange range : {PageRange{1, cut}, PageRange{cut + 1, 0}}) {
      auto part = ReadRange(*TestEngine(), bytes, range, {}, found, nullptr);
      ASSERT_TRUE(part) << part.error().ToString();
      parts.push_back(std::move(*part));
    }
    const auto composed = Compose(*TestEngine(), bytes, "a.pdf", parts, {}, found);
    ASSERT_TRUE(composed) << composed.error().ToString();
    EXPECT_EQ(docling::WriteJson(*composed), docling::WriteJson(*whole)) << cut;
    EXPECT_EQ(found.found.size(), whole_found.found.size());
    EXPECT_EQ(found.pages, whole_found.pages);
  }
}

TEST(PackedPages, RangesThatAreNotThereAreRefused) {
  SI_NEED_PDFIUM();
  docling::CollectedDiagnostics found;
  for (const PageRange range : {PageRange{0, 1}, PageRange{3, 2}, PageRange{1, 6}}) {
    EXPECT_FALSE(ReadRange(*TestEngine(), LongPdf(), range, {}, found, nullptr));
  }
}

}  // namespace
}  // namespace pdf
