#include "formats/pdf/reader.h"

#include <filesystem>
#include <span>
#include <utility>
#include <vector>

#include "formats/pdf/block_builder.h"
#include "formats/pdf/cleaning.h"
#include "formats/pdf/furniture.h"
#include "formats/pdf/headings.h"
#include "formats/pdf/line_builder.h"
#include "formats/pdf/lists.h"
#include "formats/pdf/roles.h"
#include "formats/pdf/source.h"
#include "formats/pdf/statistics.h"
#include "formats/pdf/table_join.h"
#include "formats/pdf/tag_roles.h"
#include "formats/pdf/writer.h"

namespace pdf {

namespace {

std::string PageName(int number) { return "page " + std::to_string(number); }

// Reads the pages one at a time; only their lines stay.
class DocumentReader {
 public:
  DocumentReader(const Source& source, const Options& options, docling::DiagnosticSink& diagnostics,
                 PageProgress* progress)
      : source_(source), options_(options), diagnostics_(diagnostics), progress_(progress) {}

  base::Result<std::vector<PageLines>> ReadPages() {
    std::vector<PageLines> pages;
    const int total = source_.PageCount();
    int failed = 0;
    for (int i = 0; i < total; ++i) {
      if (progress_ != nullptr) progress_->OnPage(i, total);
      if (options_.skip_pages.contains(i + 1)) {
        ++failed;
        continue;
      }
      auto raw = source_.ReadPage(i, fonts_);
      if (!raw) {
        ++failed;
        Report(docling::Severity::kError,
               "page " + std::to_string(i + 1) + " cannot be read: " + raw.error().message(),
               i + 1);
        continue;
      }
      pages.push_back(ReadPage(std::move(*raw), i + 1));
      glyphs_ += pages.back().glyphs;
      if (glyphs_ > options_.limits.glyphs_per_document) {
        return base::Fail(base::Code::kTooLarge,
                          "the PDF has too much text: over " +
                              std::to_string(options_.limits.glyphs_per_document) + " characters");
      }
    }
    if (progress_ != nullptr) progress_->OnPage(total, total);
    if (failed == total) {
      return base::Fail(base::Code::kDamaged, "no page of the PDF can be read");
    }
    MarkFixedPitch(pages);
    return pages;
  }

 private:
  PageLines ReadPage(RawPage raw, int number) {
    if (raw.truncated) {
      Report(docling::Severity::kWarning,
             PageName(number) + " is over a limit; what is beyond was left out", number);
    }
    const CleaningResult cleaning = CleanGlyphs(raw);
    PageLines page = BuildLines(std::move(raw), number, fonts_,
                                {.plain_punctuation = options_.plain_punctuation});
    page.hidden = cleaning.hidden;
    ReportPage(page);
    return page;
  }

  // Which fonts are monospaced is known only when all their letters were seen.
  void MarkFixedPitch(std::vector<PageLines>& pages) const {
    for (PageLines& page : pages) {
      for (Line& line : page.lines) {
        if (fonts_.FixedPitch(line.font))
          line.mono_share = std::max(line.mono_share, line.font_share);
      }
    }
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
    if (page.hidden > 0) {
      Report(docling::Severity::kInfo,
             std::to_string(page.hidden) + " invisible characters were left out", page.number);
    }
  }

  void Report(docling::Severity severity, std::string what, int number) {
    diagnostics_.Report({severity, std::move(what), PageName(number)});
  }

  const Source& source_;
  const Options& options_;
  docling::DiagnosticSink& diagnostics_;
  PageProgress* progress_;
  FontTable fonts_;
  size_t glyphs_ = 0;
};

docling::Document NewDocument(std::string_view bytes, std::string_view filename) {
  const std::string name(filename.empty() ? "file.pdf" : filename);
  docling::Document document(std::filesystem::path(name).stem().string());
  document.origin = docling::Origin{"application/pdf", docling::BinaryHash(bytes), name, {}};
  return document;
}

// Everything that needs the whole document at once.
std::vector<Block> FindStructure(const std::vector<PageLines>& pages,
                                 std::span<const OutlineEntry> outline, const Options& options) {
  Statistics statistics = MeasureDocument(pages);
  statistics.tags = TrustTags(pages);
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

}  // namespace

base::Result<docling::Document> Read(Engine& engine, std::string_view bytes,
                                     std::string_view filename, const Options& options,
                                     docling::DiagnosticSink& diagnostics, PageProgress* progress) {
  SI_ASSIGN(auto source, Source::Open(engine.pdfium(), bytes, options.limits));
  DocumentReader reader(*source, options, diagnostics, progress);
  SI_ASSIGN(auto pages, reader.ReadPages());
  docling::Document document = NewDocument(bytes, filename);
  WriteDocument(FindStructure(pages, source->Outline(), options), pages, document);
  return document;
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
