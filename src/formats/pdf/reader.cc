#include "formats/pdf/reader.h"

#include <algorithm>
#include <filesystem>
#include <span>
#include <utility>
#include <vector>

#include "docling/hidden_text.h"
#include "formats/pdf/block_builder.h"
#include "formats/pdf/cleaning.h"
#include "formats/pdf/furniture.h"
#include "formats/pdf/headings.h"
#include "formats/pdf/line_builder.h"
#include "formats/pdf/lists.h"
#include "formats/pdf/packed_pages.h"
#include "formats/pdf/roles.h"
#include "formats/pdf/source.h"
#include "formats/pdf/statistics.h"
#include "formats/pdf/table_join.h"
#include "formats/pdf/tag_roles.h"
#include "formats/pdf/visibility.h"
#include "formats/pdf/writer.h"
#include "text/invisible.h"
#include "text/utf8.h"

namespace pdf {

namespace {

std::string PageName(int number) { return "page " + std::to_string(number); }

std::unexpected<base::Error> TooMuchText(const Limits& limits) {
  return base::Fail(base::Code::kTooLarge, "the PDF has too much text: over " +
                                               std::to_string(limits.glyphs_per_document) +
                                               " characters");
}

// Reads the pages one at a time; only their lines stay.
class DocumentReader {
 public:
  DocumentReader(const Source& source, const Options& options, docling::DiagnosticSink& diagnostics,
                 PageProgress* progress)
      : source_(source), options_(options), diagnostics_(diagnostics), progress_(progress) {}

  // Progress counts pages of the document, up to the end of the range.
  base::Result<PagesRead> Read(PageRange range) {
    const int total = range.last == 0 ? source_.PageCount() : range.last;
    for (int i = range.first - 1; i < total; ++i) {
      if (progress_ != nullptr) progress_->OnPage(i, total);
      if (options_.skip_pages.contains(i + 1)) continue;
      auto raw = source_.ReadPage(i, read_.fonts);
      if (!raw) {
        Report(docling::Severity::kError,
               "page " + std::to_string(i + 1) + " cannot be read: " + raw.error().message(),
               i + 1);
        continue;
      }
      read_.pages.push_back(ReadPage(std::move(*raw), i + 1));
      glyphs_ += read_.pages.back().glyphs;
      if (glyphs_ > options_.limits.glyphs_per_document) return TooMuchText(options_.limits);
    }
    if (progress_ != nullptr) progress_->OnPage(total, total);
    return std::move(read_);
  }

 private:
  PageLines ReadPage(RawPage raw, int number) {
    if (raw.truncated) {
      Report(docling::Severity::kWarning,
             PageName(number) + " is over a limit; what is beyond was left out", number);
    }
    const CleaningResult cleaning = CleanGlyphs(raw);
    ReportHidden(cleaning, raw.invisible, number);
    PageLines page = BuildLines(std::move(raw), number, read_.fonts,
                                {.plain_punctuation = options_.plain_punctuation});
    page.hidden = cleaning.hidden;
    page.source = page.glyphs == 0     ? docling::PageSource::kNone
                  : cleaning.ocr_layer ? docling::PageSource::kOcrLayer
                                       : docling::PageSource::kText;
    if (page.glyphs > 0) {
      page.confidence = 1 - static_cast<double>(page.unmapped) / static_cast<double>(page.glyphs);
    }
    ReportPage(page);
    return page;
  }

  void ReportHidden(const CleaningResult& cleaning, std::u32string_view invisible, int number) {
    docling::HiddenText hidden;
    for (const auto& [reason, text] : cleaning.hidden_text) {
      hidden.Add(Describe(reason), PageName(number), text);
    }
    text::Invisible found;
    text::WithoutInvisible(text::ToUtf8(invisible), found);
    hidden.Add(found, PageName(number));
    hidden.Report(diagnostics_);
  }

  void ReportPage(const PageLines& page) {
    if (page.glyphs == 0) {
      Report(docling::Severity::kWarning, PageName(page.number) + " has no text layer",
             page.number);
    } else if (page.unmapped * 10 > page.glyphs * 3) {
      Report(docling::Severity::kWarning,
             PageName(page.number) +
                 " has fonts that do not say which characters they show; its "
                 "text may be wrong",
             page.number);
    }
  }

  void Report(docling::Severity severity, std::string what, int number) {
    diagnostics_.Report({severity, std::move(what), PageName(number)});
  }

  const Source& source_;
  const Options& options_;
  docling::DiagnosticSink& diagnostics_;
  PageProgress* progress_;
  PagesRead read_;
  size_t glyphs_ = 0;
};

// Which fonts are monospaced is known only when all their letters were seen.
void MarkFixedPitch(PagesRead& read) {
  for (PageLines& page : read.pages) {
    for (Line& line : page.lines) {
      if (read.fonts.FixedPitch(line.font)) {
        line.mono_share = std::max(line.mono_share, line.font_share);
      }
    }
  }
}

docling::Document NewDocument(std::string_view bytes, std::string_view filename) {
  const std::string name(filename.empty() ? "file.pdf" : filename);
  docling::Document document(std::filesystem::path(name).stem().string());
  document.origin = docling::Origin{"application/pdf", docling::BinaryHash(bytes), name, {}};
  return document;
}

// Everything that needs the whole document at once.
std::vector<Block> FindStructure(const std::vector<PageLines>& pages,
                                 std::span<const OutlineEntry> outline, const Options& options,
                                 bool tags) {
  Statistics statistics = MeasureDocument(pages);
  statistics.tags = tags;
  auto furniture = FindFurniture(pages, statistics);
  if (statistics.tags) MarkArtifacts(pages, furniture);
  std::vector<Block> blocks;
  for (uint32_t i = 0; i < pages.size(); ++i) {
    for (Block& block : BuildBlocks(pages[i], i, furniture[i], statistics, options.pictures)) {
      blocks.push_back(std::move(block));
    }
  }
  if (statistics.tags) ApplyTags(blocks, pages);
  FindHeadings(blocks, pages, statistics, outline);
  FindCaptions(blocks, pages);
  AttachCaptions(blocks, pages);
  FindFormulas(blocks, pages);
  FindListItems(blocks, pages);
  FindFootnotes(blocks, pages, statistics);
  NestLists(blocks);
  JoinTables(blocks, pages);
  LevelHeadings(blocks, pages, outline);
  JoinBrokenParagraphs(blocks, pages);
  return blocks;
}

// Where the text of each page came from; pages that are not there were left out.
void ReportPages(const std::vector<PageLines>& pages, int total, bool tags,
                 docling::DiagnosticSink& diagnostics) {
  auto page = pages.begin();
  for (int number = 1; number <= total; ++number) {
    if (page == pages.end() || page->number != number) {
      diagnostics.ReportPage(number, docling::PageSource::kLeftOut, 0);
      continue;
    }
    const bool tagged = tags && page->source == docling::PageSource::kText && !page->tags.empty();
    diagnostics.ReportPage(number, tagged ? docling::PageSource::kTags : page->source,
                           page->confidence);
    ++page;
  }
}

base::Result<docling::Document> MakeDocument(const Source& source, std::string_view bytes,
                                             std::string_view filename, const Options& options,
                                             docling::DiagnosticSink& diagnostics, PagesRead read) {
  if (read.pages.empty()) {
    return base::Fail(base::Code::kDamaged, "no page of the PDF can be read");
  }
  MarkFixedPitch(read);
  docling::Document document = NewDocument(bytes, filename);
  const bool tags = TrustTags(read.pages);
  ReportPages(read.pages, source.PageCount(), tags, diagnostics);
  WriteDocument(FindStructure(read.pages, source.Outline(), options, tags), read.pages, document);
  return document;
}

}  // namespace

base::Result<docling::Document> Read(Engine& engine, std::string_view bytes,
                                     std::string_view filename, const Options& options,
                                     docling::DiagnosticSink& diagnostics, PageProgress* progress) {
  SI_ASSIGN(auto source, Source::Open(engine.pdfium(), bytes, options.limits));
  SI_ASSIGN(auto read, DocumentReader(*source, options, diagnostics, progress).Read({}));
  return MakeDocument(*source, bytes, filename, options, diagnostics, std::move(read));
}

base::Result<std::string> ReadRange(Engine& engine, std::string_view bytes, PageRange range,
                                    const Options& options, docling::DiagnosticSink& diagnostics,
                                    PageProgress* progress) {
  SI_ASSIGN(auto source, Source::Open(engine.pdfium(), bytes, options.limits));
  const int last = range.last == 0 ? source->PageCount() : range.last;
  if (range.first < 1 || range.first > last || last > source->PageCount()) {
    return base::Fail(base::Code::kInvalidArgument, "the PDF has no such pages");
  }
  SI_ASSIGN(const auto read, DocumentReader(*source, options, diagnostics, progress).Read(range));
  return Pack(read);
}

base::Result<docling::Document> Compose(Engine& engine, std::string_view bytes,
                                        std::string_view filename,
                                        std::span<const std::string> parts, const Options& options,
                                        docling::DiagnosticSink& diagnostics) {
  SI_ASSIGN(auto source, Source::Open(engine.pdfium(), bytes, options.limits));
  PagesRead read;
  for (const std::string& part : parts) SI_TRY(Unpack(part, read));
  size_t glyphs = 0;
  for (const PageLines& page : read.pages) glyphs += page.glyphs;
  if (glyphs > options.limits.glyphs_per_document) return TooMuchText(options.limits);
  return MakeDocument(*source, bytes, filename, options, diagnostics, std::move(read));
}

base::Result<Facts> Inspect(Engine& engine, std::string_view bytes, const Options& options) {
  SI_ASSIGN(auto source, Source::Open(engine.pdfium(), bytes, options.limits));
  Facts facts;
  facts.page_count = source->PageCount();
  facts.title = source->Meta("Title");
  facts.author = source->Meta("Author");
  facts.subject = source->Meta("Subject");
  facts.keywords = source->Meta("Keywords");
  return facts;
}

}  // namespace pdf
