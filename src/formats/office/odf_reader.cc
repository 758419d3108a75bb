#include "formats/office/odf_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "formats/office/comments.h"
#include "formats/office/new_document.h"
#include "formats/office/odf_converter.h"
#include "formats/office/xlsx_regions.h"
#include "text/utf8.h"

namespace office {
namespace {

using base::Code;
using base::Fail;
using docling::Layer;

struct Parts {
  Archive archive;
  XmlDocument content;
  std::optional<XmlDocument> styles;
};

std::optional<XmlDocument> Optional(Archive& archive, std::string_view name) {
  auto text = archive.Read(name);
  if (!text) return std::nullopt;
  auto document = XmlDocument::Parse(std::move(*text), name);
  return document ? std::optional(std::move(*document)) : std::nullopt;
}

base::Result<Parts> Open(std::string_view bytes) {
  SI_ASSIGN(Archive archive, Archive::Open(bytes));
  if (const auto manifest = Optional(archive, "META-INF/manifest.xml")) {
    if (Descendant(manifest->root(), "manifest:encryption-data")) {
      return Fail(Code::kEncrypted, "the document is protected with a password");
    }
  }
  SI_ASSIGN(std::string text, archive.Read("content.xml"));
  SI_ASSIGN(XmlDocument content, XmlDocument::Parse(std::move(text), "content.xml"));
  auto styles = Optional(archive, "styles.xml");
  return Parts{std::move(archive), std::move(content), std::move(styles)};
}

struct KindFacts {
  std::string_view mime_type;
  const char* body;
  const char* page;  // the elements that are its pages
};

KindFacts FactsOf(Kind kind) {
  if (kind == Kind::kOdt) return {"application/vnd.oasis.opendocument.text", "office:text", ""};
  if (kind == Kind::kOds) {
    return {"application/vnd.oasis.opendocument.spreadsheet", "office:spreadsheet", "table:table"};
  }
  return {"application/vnd.oasis.opendocument.presentation", "office:presentation", "draw:page"};
}

std::vector<Element> Pages(Element body, std::string_view name) {
  std::vector<Element> pages;
  for (const Element child : body.children()) {
    if (Is(child, name)) pages.push_back(child);
  }
  return pages;
}

// Comments hang under the body, as notes.
void AddComments(Element body, docling::Document& document) {
  size_t number = 0;
  ForEachBelow(body, [&](Element element) {
    if (!Is(element, "office:annotation")) return true;
    std::vector<std::string> lines;
    for (const Element child : element.children()) {
      if (!Is(child, "text:p")) continue;
      for (std::string& line : LinesOf(child)) lines.push_back(std::move(line));
    }
    const Comment comment{.author = AllText(Child(element, "dc:creator")),
                          .time = IsoTime(AllText(Child(element, "dc:date"))),
                          .text = JoinLines(lines, "\n")};
    if (!comment.text.empty()) AddComment(document, fmt::format("comment-{}", number++), comment);
    return false;
  });
}

// A sheet: each region of touching cells is a table.
base::Result<> Sheet(Element sheet, int32_t page, OdfConverter& converter,
                     docling::Document& document) {
  const bool hidden = Attribute(sheet, "table:display") == "false";
  const Layer layer = hidden ? Layer::kInvisible : Layer::kBody;
  const docling::Ref group =
      document
          .AddGroup(docling::GroupLabel::kSection,
                    fmt::format("sheet: {}", Attribute(sheet, "table:name")), {.layer = layer})
          .self;
  docling::Page& size = document.pages[page];
  const size_t first_table = document.tables.size();
  SI_ASSIGN(const SheetCells cells, OdfTable(sheet).Content());
  SI_ASSIGN(const std::vector<CellRange> regions, FindRegions(cells));
  CellRange all{INT32_MAX, INT32_MAX, -1, -1};
  for (const CellRange& region : regions) {
    const docling::Prov prov{.page_no = page,
                             .bbox = {.l = double(region.first_col),
                                      .t = double(region.first_row),
                                      .r = double(region.last_col + 1),
                                      .b = double(region.last_row + 1)}};
    SI_TRY(converter.Table(sheet, {.parent = group, .layer = layer}, region, &prov));
    all = {std::min(all.first_row, region.first_row), std::min(all.first_col, region.first_col),
           std::max(all.last_row, region.last_row), std::max(all.last_col, region.last_col)};
  }
  if (regions.empty() || hidden) return {};
  // The size is that of the content, wherever it begins, and boxes are cut to it: as docling has
  // it.
  size.width = all.last_col + 1 - all.first_col;
  size.height = all.last_row + 1 - all.first_row;
  for (size_t i = first_table; i < document.tables.size(); ++i) {
    for (docling::Prov& prov : document.tables[i].prov) prov.bbox = OnPage(prov.bbox, size);
  }
  return {};
}

}  // namespace

base::Result<docling::Document> ReadOdf(Kind kind, const File& file, const Options& options,
                                        docling::DiagnosticSink& diagnostics) {
  SI_ASSIGN(Parts parts, Open(file.bytes));
  const KindFacts facts = FactsOf(kind);
  const Element body = Find(parts.content.root(), "office:body", facts.body);
  if (!body) return Fail(Code::kDamaged, "the OpenDocument file has no content of its kind");
  const OdfStyles styles(parts.content.root(), parts.styles ? parts.styles->root() : Element());
  docling::Document document = NewDocument(file, facts.mime_type);
  OdfConverter converter(parts.archive, styles, document, diagnostics);
  if (kind == Kind::kOdt) {
    converter.Blocks(body, {});
    AddComments(body, document);
    return document;
  }
  const std::vector<Element> pages = Pages(body, facts.page);
  const auto total = int(pages.size());
  if (total > options.max_pages) {
    return Fail(Code::kTooLarge, fmt::format("the document has {} sheets or slides, more than {}",
                                             total, options.max_pages));
  }
  for (int i = 0; i < total; ++i) {
    const Element page = pages[size_t(i)];
    if (kind == Kind::kOds) {
      SI_TRY(Sheet(page, i + 1, converter, document));
    } else {
      const docling::Ref group =
          document.AddGroup(docling::GroupLabel::kChapter, fmt::format("slide-{}", i)).self;
      std::string name(Attribute(page, "draw:name"));
      if (name.empty()) name = fmt::format("slide-{}", i + 1);
      converter.Slide(page, std::move(name), {.parent = group});
    }
    if (options.progress != nullptr) options.progress->OnPage(i + 1, total);
  }
  AddComments(body, document);
  return document;
}

base::Result<Facts> InspectOdf(Kind kind, const File& file) {
  SI_ASSIGN(Parts parts, Open(file.bytes));
  const KindFacts kind_facts = FactsOf(kind);
  const Element body = Find(parts.content.root(), "office:body", kind_facts.body);
  if (!body) return Fail(Code::kDamaged, "the OpenDocument file has no content of its kind");
  Facts facts;
  facts.page_count = int32_t(Pages(body, kind_facts.page).size());
  if (const auto meta = Optional(parts.archive, "meta.xml")) {
    const Element properties = Child(meta->root(), "office:meta");
    const auto text = [&](std::string_view name) {
      return std::string(text::Strip(AllText(Child(properties, name))));
    };
    facts.title = text("dc:title");
    facts.author = text("meta:initial-creator");
    if (facts.author.empty()) facts.author = text("dc:creator");
    facts.subject = text("dc:subject");
    facts.keywords = text("meta:keyword");
  }
  return facts;
}

}  // namespace office
