#include "formats/office/docx_reader.h"

#include <fmt/format.h>

#include <optional>
#include <set>

#include "formats/office/comments.h"
#include "formats/office/docx_converter.h"
#include "formats/office/docx_hidden.h"
#include "formats/office/new_document.h"
#include "text/utf8.h"

namespace office {
namespace {

constexpr std::string_view kMimeType =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

// A part that may be missing or broken: then there is nothing in it.
std::optional<XmlDocument> Optional(Package& package, std::string_view part) {
  auto document = part.empty() ? base::Result<XmlDocument>(base::Fail(base::Code::kNotFound, ""))
                               : package.ReadXml(part);
  return document ? std::optional(std::move(*document)) : std::nullopt;
}

Element RootOf(const std::optional<XmlDocument>& document) {
  return document ? document->root() : Element();
}

// A header or footer with something in it.
bool HasContent(Element part) {
  for (const Element child : part.children()) {
    if (Is(child, "w:tbl")) return true;
    if (Is(child, "w:p") && !text::Strip(PlainText(child)).empty()) return true;
  }
  bool drawn = false;
  ForEachBelow(part, [&](Element element) {
    drawn = drawn || Is(element, "a:blip") || Is(element, "w:drawing") ||
            Is(element, "w:txbxContent") || Is(element, "v:textbox") || Is(element, "a:t");
    return !drawn;
  });
  return drawn;
}

// Headers and footers of all sections, each part once. What a section does not state it takes from
// the one before.
class Furniture {
 public:
  Furniture(const DocxConverter::Source& source, DocxConverter& converter,
            docling::HiddenText& hidden)
      : package_(source.package),
        relationships_(source.relationships),
        styles_(source.styles),
        converter_(converter),
        hidden_(hidden) {}

  void Convert(Element body) {
    ForEachBelow(body, [&](Element element) {
      if (Is(element, "w:sectPr")) Section(element);
      return !Is(element, "w:sectPr");
    });
  }

 private:
  void Section(Element section) {
    for (const Element reference : section.children()) {
      for (const char* kind : {"header", "footer"}) {
        if (reference.name() != fmt::format("w:{}Reference", kind)) continue;
        const std::string_view type = Attribute(reference, "w:type");
        stated_[{kind, std::string(type.empty() ? "default" : type)}] =
            Attribute(reference, "r:id");
      }
    }
    const bool first_page = IsOn(Child(section, "w:titlePg"), "w:val");
    for (const char* kind : {"header", "footer"}) {
      if (first_page) Add(kind, "first");
      Add(kind, "default");
    }
  }

  void Add(const std::string& kind, const std::string& type) {
    const auto found = relationships_.find(stated_[{kind, type}]);
    if (found == relationships_.end() || !emitted_.insert(found->second.target).second) return;
    const auto part = Optional(package_, found->second.target);
    if (!part) return;
    RemoveHidden(part->root(), styles_, "page " + kind, hidden_);
    if (!HasContent(part->root())) return;
    converter_.ConvertFurniture(part->root(), package_.RelationshipsOf(found->second.target),
                                "page " + kind);
  }

  Package& package_;
  const Relationships& relationships_;
  const Styles& styles_;
  DocxConverter& converter_;
  docling::HiddenText& hidden_;
  std::map<std::pair<std::string, std::string>, std::string> stated_;  // kind and type → id
  std::set<std::string> emitted_;
};

Comment ToComment(Element element) {
  return {.author = std::string(Attribute(element, "w:author")),
          .initials = std::string(Attribute(element, "w:initials")),
          .time = IsoTime(Attribute(element, "w:date")),
          .text = std::string(text::Strip(CellText(element)))};
}

// Comments hang under the body; the items they are about point at their groups.
void AddComments(Element comments, const DocxConverter& converter, docling::Document& document) {
  std::map<std::string, std::vector<docling::Ref>, std::less<>> about;
  for (const DocxConverter::Commented& commented : converter.commented()) {
    for (const std::string& id : commented.comments) {
      auto& items = about[id];
      items.insert(items.end(), commented.items.begin(), commented.items.end());
    }
  }
  for (const Element element : comments.children()) {
    if (!Is(element, "w:comment")) continue;
    const Comment comment = ToComment(element);
    if (CommentText(comment).empty()) continue;
    const std::string id(Attribute(element, "w:id"));
    const docling::Ref group = AddComment(document, "comment-" + id, comment).parent;
    std::set<docling::Ref> linked;
    for (const docling::Ref ref : about[id]) {
      if (!ref.IsItem() || !linked.insert(ref).second) continue;
      static_cast<docling::Item*>(document.Find(ref))
          ->comments.Ensure()
          .push_back({.ref = group, .range = {}});
    }
  }
}

// docling reads no notes at the foot of a page or the end; at least it is said.
void ReportNotes(Package& package, const Relationships& relationships,
                 docling::DiagnosticSink& diagnostics) {
  for (const char* kind : {"footnote", "endnote"}) {
    const auto part = Optional(package, Package::TargetOf(relationships, fmt::format("{}s", kind)));
    size_t notes = 0;
    for (const Element note : RootOf(part).children()) {
      if (!HasAttribute(note, "w:type")) ++notes;
    }
    if (notes == 0) continue;
    diagnostics.Report({docling::Severity::kWarning,
                        fmt::format("{} {}s were left out", notes, kind), "document"});
  }
}

}  // namespace

base::Result<docling::Document> ReadDocx(const File& file, docling::DiagnosticSink& diagnostics) {
  SI_ASSIGN(Package package, Package::Open(file.bytes));
  SI_ASSIGN(const std::string part, package.MainPart());
  SI_ASSIGN(const XmlDocument main, package.ReadXml(part));
  const Relationships relationships = package.RelationshipsOf(part);
  const auto style_part = Optional(package, Package::TargetOf(relationships, "styles"));
  const auto number_part = Optional(package, Package::TargetOf(relationships, "numbering"));
  const auto comment_part = Optional(package, Package::TargetOf(relationships, "comments"));
  const Styles styles(RootOf(style_part));
  const Numberings numberings(RootOf(number_part));
  docling::Document document = NewDocument(file, kMimeType);
  const DocxConverter::Source source{package, styles, numberings, relationships};
  DocxConverter converter(source, document, diagnostics);
  const Element body = Child(main.root(), "w:body");
  if (!body) return base::Fail(base::Code::kDamaged, "the Word document has no body");
  docling::HiddenText hidden;
  RemoveHidden(main.root(), styles, "document", hidden);
  RemoveHidden(RootOf(comment_part), styles, "comments", hidden);
  converter.ConvertBody(body);
  Furniture(source, converter, hidden).Convert(body);
  hidden.Report(diagnostics);
  AddComments(RootOf(comment_part), converter, document);
  ReportNotes(package, relationships, diagnostics);
  return document;
}

base::Result<Facts> InspectDocx(const File& file) {
  SI_ASSIGN(Package package, Package::Open(file.bytes));
  SI_ASSIGN(const std::string part, package.MainPart());
  SI_TRY(package.ReadXml(part));
  return package.CoreProperties();
}

}  // namespace office
