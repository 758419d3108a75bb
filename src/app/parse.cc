// `si-cli parse FILE`: pure conversion in the same sandbox; no server, no database.
#include <fmt/format.h>

#include <cstdio>

#include "app/commands.h"
#include "app/resources.h"
#include "base/files.h"
#include "docling/chunker.h"
#include "docling/json.h"
#include "parsing/local_parser.h"
#include "steps/chunk_json.h"
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

Result<std::string> Convert(const CommandContext& context, const ParseCommand& command) {
  SI_ASSIGN(const Settings settings, context.LoadSettings());
  SI_ASSIGN(const Resources resources, context.FindResources());
  SI_ASSIGN(const auto parser,
            parsing::LocalParser::Start(
                {.si_parse = resources.si_parse, .pdfium = resources.pdfium, .workers = 1}));
  SI_ASSIGN(auto parsed,
            parser->Parse({.file = command.file, .filename = command.file.filename().string()},
                          nullptr, {}));
  for (const docling::Diagnostic& diagnostic : parsed.diagnostics) {
    fmt::print(stderr, "note: {}{}{}\n", diagnostic.where, diagnostic.where.empty() ? "" : ": ",
               diagnostic.what);
  }
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
