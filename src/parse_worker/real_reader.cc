#include "parse_worker/real_reader.h"

#include <algorithm>
#include <utility>

#include "docling/json.h"
#include "docling/markdown.h"
#include "formats/pdf/reader.h"
#include "formats/reader.h"

namespace parse_worker {
namespace {

class PassedOn final : public formats::Progress {
 public:
  explicit PassedOn(Pages& pages) : pages_(pages) {}
  void OnPage(int done, int total) override { pages_.OnPage(done, total); }

 private:
  Pages& pages_;
};

parse_protocol::Facts ToFacts(formats::Facts facts) {
  return {.mime_type = std::move(facts.mime_type),
          .page_count = facts.page_count,
          .title = std::move(facts.title),
          .author = std::move(facts.author),
          .subject = std::move(facts.subject),
          .keywords = std::move(facts.keywords)};
}

class RealReader final : public Reader {
 public:
  explicit RealReader(std::unique_ptr<pdf::Engine> pdf) : pdf_(std::move(pdf)) {}

  base::Result<Reading> Parse(const Source& source, docling::DiagnosticSink& diagnostics,
                              Pages& pages) override {
    PassedOn progress(pages);
    formats::Context context = ContextFor(diagnostics);
    context.progress = &progress;
    context.skip_pages = source.skip_pages;
    SI_ASSIGN(const docling::Document document, formats::Read(InputFor(source), context));
    return ReadingOf(document, source);
  }

  base::Result<std::string> ReadPages(const Source& source, int32_t first, int32_t last,
                                      docling::DiagnosticSink& diagnostics, Pages& pages) override {
    PassedOn progress(pages);
    formats::Context context = ContextFor(diagnostics);
    context.progress = &progress;
    context.skip_pages = source.skip_pages;
    return formats::ReadPages(InputFor(source), first, last, context);
  }

  base::Result<Reading> Compose(const Source& source, std::span<const std::string> parts,
                                docling::DiagnosticSink& diagnostics) override {
    formats::Context context = ContextFor(diagnostics);
    SI_ASSIGN(const docling::Document document, formats::Compose(InputFor(source), parts, context));
    return ReadingOf(document, source);
  }

  base::Result<parse_protocol::Facts> Inspect(const Source& source,
                                              docling::DiagnosticSink& diagnostics) override {
    formats::Context context = ContextFor(diagnostics);
    SI_ASSIGN(formats::Facts facts, formats::Inspect(InputFor(source), context));
    return ToFacts(std::move(facts));
  }

 private:
  Reading ReadingOf(const docling::Document& document, const Source& source) {
    return {.document_json = docling::WriteJson(document),
            .markdown = docling::ExportMarkdown(document),
            .facts = FactsOf(document, source)};
  }

  // What reading has shown. Only a PDF says more of itself than its text, and opening it again
  // costs next to nothing.
  parse_protocol::Facts FactsOf(const docling::Document& document, const Source& source) {
    parse_protocol::Facts facts;
    if (document.origin) facts.mime_type = document.origin->mimetype;
    if (facts.mime_type == "application/pdf") {
      docling::CollectedDiagnostics reported_already;
      if (auto inspected = Inspect(source, reported_already)) facts = std::move(*inspected);
    }
    // Pages that were left out are not in the document.
    if (facts.page_count == 0) facts.page_count = static_cast<int32_t>(document.pages.size());
    const auto title =
        std::ranges::find(document.texts, docling::Label::kTitle, &docling::Text::label);
    if (facts.title.empty() && title != document.texts.end()) facts.title = title->text;
    return facts;
  }

  formats::Context ContextFor(docling::DiagnosticSink& diagnostics) {
    return {.diagnostics = diagnostics, .pdf = pdf_.get()};
  }
  static formats::Input InputFor(const Source& source) {
    return {.bytes = source.bytes, .filename = source.filename, .mime_type = source.mime_type};
  }

  std::unique_ptr<pdf::Engine> pdf_;  // may be null
};

// Reads a little of everything before the first fork: tables that are built at first use are then
// shared by all children instead of built in each.
void WarmUp(Reader& reader) {
  struct Silent final : Pages {
    void OnPage(int, int) override {}
  } pages;
  docling::CollectedDiagnostics ignored;
  const Source samples[] = {
      {.bytes = "<h1>A</h1><p>&eacute; "
                "<b>b</b></p><ul><li>c</li></ul><table><tr><td>1</td></tr></table>",
       .filename = "warm.html"},
      {.bytes = "# A\n\n*b* `c`\n\n- d\n\n| e |\n|---|\n| 1 |\n", .filename = "warm.md"},
      {.bytes = "a,b\n1,2\n", .filename = "warm.csv"},
  };
  for (const Source& sample : samples) (void)reader.Parse(sample, ignored, pages);
}

}  // namespace

base::Result<std::unique_ptr<Reader>> MakeRealReader(const std::string& pdfium) {
  std::unique_ptr<pdf::Engine> engine;
  if (!pdfium.empty()) {
    SI_ASSIGN(engine, pdf::Engine::Load(pdfium));
  }
  auto reader = std::make_unique<RealReader>(std::move(engine));
  WarmUp(*reader);
  return reader;
}

}  // namespace parse_worker
