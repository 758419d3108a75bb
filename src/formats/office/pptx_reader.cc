#include "formats/office/pptx_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "formats/office/chart.h"
#include "formats/office/comments.h"
#include "formats/office/image.h"
#include "formats/office/new_document.h"
#include "formats/office/package.h"
#include "formats/office/pptx_shapes.h"
#include "text/utf8.h"

namespace office {
namespace {

using docling::Label;
using docling::Ref;

// What docling states for every presentation.
constexpr std::string_view kMimeType =
    "application/vnd.openxmlformats-officedocument.presentationml.template";
constexpr int64_t kMaxSpan = 1000;
constexpr size_t kMaxPictures = 50'000;

// The parts of a presentation in the order of its slides.
struct Presentation {
  XmlDocument main;
  Relationships relationships;
  std::vector<std::string> slides;
  double width = 0;
  double height = 0;
};

base::Result<Presentation> Open(Package& package) {
  SI_ASSIGN(const std::string part, package.MainPart());
  SI_ASSIGN(XmlDocument main, package.ReadXml(part));
  Presentation presentation{.main = std::move(main),
                            .relationships = package.RelationshipsOf(part)};
  const Element root = presentation.main.root();
  for (const Element slide : Child(root, "p:sldIdLst").children()) {
    const auto found = presentation.relationships.find(Attribute(slide, "r:id"));
    if (found != presentation.relationships.end() && !found->second.external) {
      presentation.slides.push_back(found->second.target);
    }
  }
  const Element size = Child(root, "p:sldSz");
  presentation.width = double(IntAttribute(size, "cx", 0));
  presentation.height = double(IntAttribute(size, "cy", 0));
  return presentation;
}

int32_t SpanOf(Element cell, const char* name) {
  return int32_t(std::clamp<int64_t>(IntAttribute(cell, name, 1), 1, kMaxSpan));
}

class PptxReader {
 public:
  PptxReader(Package& package, const Presentation& presentation, docling::Document& document,
             docling::DiagnosticSink& diagnostics)
      : package_(package),
        presentation_(presentation),
        document_(document),
        diagnostics_(diagnostics) {}

  void ReadAuthors();
  void ReadSlide(size_t index);

 private:
  void Shapes(Element tree);
  void Shape(Element shape);
  void Table(Element shape, Element table);
  void ChartOf(Element shape, Element chart);
  void Picture(Element shape);
  void Text(Element shape);
  void Notes();
  void Comments();

  docling::Prov ProvOf(Element shape, size_t length = 0) const;
  docling::Place Here() const { return {.parent = group_}; }
  void Warn(std::string what) {
    diagnostics_.Report(
        {docling::Severity::kWarning, std::move(what), fmt::format("slide {}", page_)});
  }

  Package& package_;
  const Presentation& presentation_;
  docling::Document& document_;
  docling::DiagnosticSink& diagnostics_;
  std::map<std::string, Comment, std::less<>> authors_;    // name and initials by id
  std::map<std::string, XmlDocument, std::less<>> bases_;  // layouts and masters by part
  // Of the slide being read:
  int32_t page_ = 0;
  Ref group_;
  SlideTrees trees_;
  Relationships relationships_;
};

void PptxReader::ReadAuthors() {
  const auto authors =
      package_.ReadXml(Package::TargetOf(presentation_.relationships, "commentAuthors"));
  if (!authors) return;
  for (const Element author : authors->root().children()) {
    authors_.emplace(Attribute(author, "id"),
                     Comment{.author = std::string(Attribute(author, "name")),
                             .initials = std::string(Attribute(author, "initials"))});
  }
}

void PptxReader::ReadSlide(size_t index) {
  page_ = int32_t(index) + 1;
  group_ = document_.AddGroup(docling::GroupLabel::kChapter, fmt::format("slide-{}", index)).self;
  document_.pages[page_] = {.width = presentation_.width, .height = presentation_.height};
  const std::string& part = presentation_.slides[index];
  const auto slide = package_.ReadXml(part);
  if (!slide) return Warn("the slide cannot be read: " + slide.error().message());
  relationships_ = package_.RelationshipsOf(part);
  const auto base = [&](const std::string& name) {
    if (!bases_.contains(name)) {
      auto document = package_.ReadXml(name);
      if (!document) return Element();
      bases_.emplace(name, std::move(*document));
    }
    return bases_.find(name)->second.root();
  };
  const std::string layout = Package::TargetOf(relationships_, "slideLayout");
  const std::string master = Package::TargetOf(package_.RelationshipsOf(layout), "slideMaster");
  trees_ = {.slide = slide->root(), .layout = base(layout), .master = base(master)};
  Shapes(Find(slide->root(), "p:cSld", "p:spTree"));
  Notes();
  Comments();
}

// The box of a shape, or that of the whole slide. Its y axis points down, whatever docling says.
docling::Prov PptxReader::ProvOf(Element shape, size_t length) const {
  const ShapeBox box = BoxOf(shape, trees_);
  docling::Prov prov{.page_no = page_, .charspan_end = int32_t(length)};
  prov.bbox = {.l = 0,
               .t = presentation_.height,
               .r = presentation_.width,
               .b = 0,
               .origin = docling::CoordOrigin::kBottomLeft};
  if (!box.left || !box.top || !box.width || !box.height) return prov;
  const auto [left, right] = std::minmax(*box.left, *box.left + *box.width);
  const auto [top, bottom] = std::minmax(*box.top, *box.top + *box.height);
  prov.bbox.l = double(left);
  prov.bbox.r = double(right);
  prov.bbox.b = double(top);
  prov.bbox.t = double(bottom);
  prov.bbox = OnPage(prov.bbox, document_.pages.at(page_));
  return prov;
}

void PptxReader::Shapes(Element tree) {
  for (const Element shape : ShapesInOrder(tree, trees_)) Shape(shape);
}

void PptxReader::Shape(Element shape) {
  if (Is(shape, "p:grpSp")) return Shapes(shape);
  if (Is(shape, "p:pic")) return Picture(shape);
  if (Is(shape, "p:sp")) return Text(shape);
  const Element data = Find(shape, "a:graphic", "a:graphicData");
  if (const Element table = Child(data, "a:tbl")) return Table(shape, table);
  if (const Element chart = Child(data, "c:chart")) return ChartOf(shape, chart);
  if (data) Warn("a diagram or an embedded object was left out");
}

// Cells without text are left out, and so are tables without any.
void PptxReader::Table(Element shape, Element table) {
  docling::TableData data;
  int32_t row = 0;
  for (const Element row_element : table.children()) {
    if (!Is(row_element, "a:tr")) continue;
    int32_t col = 0;
    for (const Element cell : row_element.children()) {
      if (!Is(cell, "a:tc")) continue;
      std::string text(text::Strip(BodyText(Child(cell, "a:txBody"))));
      if (!text.empty()) {
        auto item = docling::TableCell::At(row, col, std::move(text), SpanOf(cell, "rowSpan"),
                                           SpanOf(cell, "gridSpan"));
        item.column_header = row == 0;
        data.cells.push_back(std::move(item));
      }
      data.num_cols = std::max(data.num_cols, ++col);
    }
    data.num_rows = ++row;
  }
  if (data.cells.empty()) return;
  if (int64_t{data.num_rows} * data.num_cols > docling::kMaxGridPositions) {
    return Warn(fmt::format("a table of {} x {} cells was left out", data.num_rows, data.num_cols));
  }
  document_.AddTable(std::move(data), Here()).prov.push_back(ProvOf(shape));
}

void PptxReader::ChartOf(Element shape, Element chart) {
  const auto found = relationships_.find(Attribute(chart, "r:id"));
  if (found == relationships_.end() || document_.pictures.size() >= kMaxPictures) {
    return Warn("a chart was left out: its data are missing");
  }
  const auto space = package_.ReadXml(found->second.target);
  if (!space) return Warn("a chart was left out: " + space.error().message());
  AddChart(document_, ReadChart(space->root()), Here()).prov.push_back(ProvOf(shape));
}

// Pictures that cannot be shown are left out, and so are those in placeholders and films, as
// docling does.
void PptxReader::Picture(Element shape) {
  if (PlaceholderOf(shape) || Descendant(shape, "a:videoFile")) {
    return Warn("a picture in a placeholder or a film was left out");
  }
  const auto found = relationships_.find(Attribute(Find(shape, "p:blipFill", "a:blip"), "r:embed"));
  if (found == relationships_.end()) return Warn("a picture without an image was left out");
  if (found->second.external) return Warn("a linked picture was left out");
  const std::string declared = package_.ContentType(found->second.target);
  if (!declared.empty() && !declared.starts_with("image/")) {
    return Warn(fmt::format("'{}' is no picture but {}", found->second.target, declared));
  }
  const auto bytes = package_.archive().Read(found->second.target);
  const auto facts = bytes ? ReadImageFacts(*bytes) : std::nullopt;
  if (!facts || document_.pictures.size() >= kMaxPictures) {
    return Warn(fmt::format("the picture '{}' cannot be shown", found->second.target));
  }
  docling::Picture& picture = document_.AddPicture(Here());
  picture.image = ToImageRef(*bytes, *facts, facts->dpi > 0 ? facts->dpi : 72);
  picture.prov.push_back(ProvOf(shape));
}

// A paragraph is an item; list items that follow each other in a shape make a list.
void PptxReader::Text(Element shape) {
  const Element body = Child(shape, "p:txBody");
  const std::string stripped(text::Strip(BodyText(body)));
  if (stripped.empty()) return;
  const docling::Prov prov = ProvOf(shape, text::CountCodePoints(stripped));
  const std::string_view type =
      PlaceholderOf(shape) ? PlaceholderType(PlaceholderOf(shape)) : std::string_view();
  const Label label = type == "title" || type == "ctrTitle" ? Label::kTitle : Label::kParagraph;
  Ref list;
  int number = 0;
  for (const Element paragraph : body.children()) {
    if (!Is(paragraph, "a:p")) continue;
    std::string text = ParagraphText(paragraph, ' ');
    const Bullet bullet = BulletOf(paragraph, shape, trees_);
    if (bullet == Bullet::kNone) {
      list = {};
      document_.AddText(label, std::move(text), Here()).prov.push_back(prov);
      continue;
    }
    if (!list) {
      list = document_.AddGroup(docling::GroupLabel::kList, "list", Here()).self;
      number = 0;
    }
    docling::Text& item = document_.AddListItem(std::move(text), {.parent = list});
    item.enumerated = bullet == Bullet::kNumber;
    if (item.enumerated) item.marker = fmt::format("{}.", ++number);
    item.prov.push_back(prov);
  }
}

void PptxReader::Notes() {
  const auto notes = package_.ReadXml(Package::TargetOf(relationships_, "notesSlide"));
  if (!notes) return;
  for (const Element shape : Find(notes->root(), "p:cSld", "p:spTree").children()) {
    const Element placeholder = PlaceholderOf(shape);
    if (!placeholder || PlaceholderType(placeholder) != "body") continue;
    std::string text(text::Strip(BodyText(Child(shape, "p:txBody"))));
    if (text.empty()) return;
    const docling::Prov prov{.page_no = page_,
                             .charspan_end = int32_t(text::CountCodePoints(text))};
    document_
        .AddText(Label::kText, std::move(text), {.parent = group_, .layer = docling::Layer::kNotes})
        .prov.push_back(prov);
    return;
  }
}

void PptxReader::Comments() {
  for (const auto& [id, relationship] : relationships_) {
    if (relationship.type != "comments" || relationship.external) continue;
    const auto comments = package_.ReadXml(relationship.target);
    if (!comments) continue;
    for (const Element element : comments->root().children()) {
      if (!Is(element, "p:cm")) continue;
      Comment comment;
      if (const auto author = authors_.find(Attribute(element, "authorId"));
          author != authors_.end()) {
        comment = author->second;
      }
      comment.time = Attribute(element, "dt");
      comment.text = text::Strip(OwnText(Child(element, "p:text")));
      if (comment.text.empty()) continue;
      const std::string_view index = Attribute(element, "idx");
      AddComment(document_,
                 fmt::format("comment-slide{}-{}", page_,
                             index.empty() ? std::to_string(page_ - 1) : std::string(index)),
                 comment);
    }
  }
}

}  // namespace

base::Result<docling::Document> ReadPptx(const File& file, const Options& options,
                                         docling::DiagnosticSink& diagnostics) {
  SI_ASSIGN(Package package, Package::Open(file.bytes));
  SI_ASSIGN(const Presentation presentation, Open(package));
  const auto total = int(presentation.slides.size());
  if (total > options.max_pages) {
    return base::Fail(
        base::Code::kTooLarge,
        fmt::format("the presentation has {} slides, more than {}", total, options.max_pages));
  }
  docling::Document document = NewDocument(file, kMimeType);
  PptxReader reader(package, presentation, document, diagnostics);
  reader.ReadAuthors();
  for (int i = 0; i < total; ++i) {
    reader.ReadSlide(size_t(i));
    if (options.progress != nullptr) options.progress->OnPage(i + 1, total);
  }
  return document;
}

base::Result<Facts> InspectPptx(const File& file) {
  SI_ASSIGN(Package package, Package::Open(file.bytes));
  SI_ASSIGN(const Presentation presentation, Open(package));
  Facts facts = package.CoreProperties();
  facts.page_count = int32_t(presentation.slides.size());
  return facts;
}

}  // namespace office
