// `si-cli parse FILE`: pure conversion in the same sandbox; no server, no database.
#include <fmt/format.h>

#include <boost/describe/class.hpp>
#include <cstdio>
#include <vector>

#include "app/commands.h"
#include "app/resources.h"
#include "base/files.h"
#include "docling/chunker.h"
#include "docling/json.h"
#include "docling/markdown.h"
#include "model/event.h"
#include "parsing/local_parser.h"
#include "reflect/json.h"
#include "steps/chunk_json.h"
#include "steps/handlers.h"
#include "text/wordpiece.h"

namespace app {
namespace {

using base::Result;

Result<std::string> ChunksOf(const Resources& resources, const std::string& document_json,
                             int64_t chunk_size) {
  SI_ASSIGN(const auto document, docling::ReadJson(document_json));
  SI_ASSIGN(const auto tokenizer,
            text::LoadWordPiece(resources.model / "vocab.txt", {.max_tokens = 256}));
  SI_ASSIGN(
      const auto chunks,
      docling::HybridChunks(document, *tokenizer, {.max_tokens = static_cast<size_t>(chunk_size)}));
  return steps::WriteChunks(document, chunks);
}

Result<std::string> CompactMarkdown(const std::string& document_json) {
  SI_ASSIGN(const auto document, docling::ReadJson(document_json));
  return docling::ExportMarkdown(document, {.compact_tables = true}) + "\n";
}

// {"pages": […], "diagnostics": […]}
struct Findings {
  std::vector<model::PageOrigin> pages;
  std::vector<model::Diagnostic> diagnostics;
};
BOOST_DESCRIBE_STRUCT(Findings, (), (pages, diagnostics))

std::string Show(const Findings& findings) {
  std::string out;
  for (const model::PageOrigin& pages : findings.pages) {
    const bool one = pages.first == pages.last;
    out +=
        fmt::format("{} {}{}: {}, confidence {:.2f}\n", one ? "page" : "pages", pages.first,
                    one ? "" : fmt::format(" to {}", pages.last), pages.source, pages.confidence);
  }
  for (const model::Diagnostic& finding : findings.diagnostics) {
    out += fmt::format("{}: {}{}{}\n", finding.severity, finding.location,
                       finding.location.empty() ? "" : ": ", finding.what);
  }
  return out;
}

Result<std::string> Convert(const CommandContext& context, const ParseCommand& command) {
  SI_ASSIGN(const Settings settings, context.LoadSettings());
  SI_ASSIGN(const Resources resources, context.FindResources());
  SI_ASSIGN(const auto parser,
            parsing::LocalParser::Start({.si_parse = resources.si_parse,
                                         .pdfium = resources.pdfium,
                                         .workers = static_cast<int>(command.processes)}));
  SI_ASSIGN(auto parsed, parser->Parse({.file = command.file,
                                        .filename = command.file.filename().string(),
                                        .split = command.processes > 1},
                                       nullptr, {}));
  if (command.diagnostics) {
    const Findings findings{steps::ToModel(parsed.pages), steps::ToModel(parsed.diagnostics)};
    return command.json ? reflect::ToJson(findings) + "\n" : Show(findings);
  }
  for (const docling::Diagnostic& diagnostic : parsed.diagnostics) {
    fmt::print(stderr, "note: {}{}{}\n", diagnostic.where, diagnostic.where.empty() ? "" : ": ",
               diagnostic.what);
  }
  if (command.to == "md" && command.compact_tables) return CompactMarkdown(parsed.document_json);
  if (command.to == "md") return parsed.markdown + "\n";
  if (command.to == "json") return std::move(parsed.document_json);
  return ChunksOf(resources, parsed.document_json, command.chunk_size);
}

}  // namespace

int Parse(const CommandContext& context, const ParseCommand& command) {
  const auto text = Convert(context, command);
  if (!text) return Report(text.error().Within(command.file.string()));
  if (command.output.empty()) {
    std::fwrite(text->data(), 1, text->size(), stdout);
    return 0;
  }
  const auto written = base::WriteFileDurably(command.output, *text);
  return written ? 0 : Report(written.error());
}

}  // namespace app
