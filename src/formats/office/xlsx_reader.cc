#include "formats/office/xlsx_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <tuple>

#include "formats/office/chart.h"
#include "formats/office/comments.h"
#include "formats/office/image.h"
#include "formats/office/new_document.h"
#include "formats/office/xlsx_regions.h"
#include "formats/office/xlsx_workbook.h"
#include "text/utf8.h"

namespace office {
namespace {

using docling::Layer;
using docling::Ref;
using docling::Severity;

constexpr std::string_view kMimeType =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
constexpr size_t kMaxDrawings = 20'000;  // pictures and charts of a workbook

struct SheetComment {
  int32_t row = 0;
  int32_t col = 0;
  Comment comment;
};

docling::BBox Box(int64_t l, int64_t t, int64_t r, int64_t b) {
  return {.l = double(l), .t = double(t), .r = double(r), .b = double(b)};
}

// The cells a drawing lies over. Anchors that name none count as the first corner.
docling::BBox AnchorBox(Element anchor) {
  const auto corner = [&](const char* name, const char* axis) {
    const std::string text = OwnText(Find(anchor, name, axis));
    return std::clamp<int64_t>(std::strtoll(text.c_str(), nullptr, 10), 0, 1 << 20);
  };
  if (!Child(anchor, "xdr:from")) return Box(0, 0, 0, 0);
  const int64_t col = corner("xdr:from", "xdr:col");
  const int64_t row = corner("xdr:from", "xdr:row");
  if (!Child(anchor, "xdr:to")) return Box(col, row, col + 1, row + 1);
  return Box(col, row, corner("xdr:to", "xdr:col") + 1, corner("xdr:to", "xdr:row") + 1);
}

class XlsxReader {
 public:
  XlsxReader(Workbook& workbook, docling::Document& document, docling::DiagnosticSink& diagnostics)
      : workbook_(workbook), document_(document), diagnostics_(diagnostics) {}

  base::Result<> ReadSheet(const Workbook::Sheet& sheet, int32_t page);

 private:
  base::Result<> ReadTables();
  void AddTables(std::vector<SheetTable> tables);
  void ReadDrawings();
  void ReadDrawing(std::string_view part);
  void AddImage(Element picture, const docling::BBox& box, const Relationships& relationships);
  void AddChartOf(Element frame, const docling::BBox& box, const Relationships& relationships);
  std::vector<std::string> Resolve(std::string_view reference);
  const SheetCells* CellsOf(std::string_view sheet);
  void ReadComments();
  std::vector<SheetComment> LegacyComments();
  void TakeThreads(std::vector<SheetComment>& comments);
  void SortChildren();

  docling::Place Here() const { return {.parent = group_, .layer = layer_}; }
  docling::Prov ProvOf(const docling::BBox& box);
  void Warn(std::string what) {
    diagnostics_.Report({Severity::kWarning, std::move(what), "sheet " + sheet_->name});
  }

  Workbook& workbook_;
  docling::Document& document_;
  docling::DiagnosticSink& diagnostics_;
  std::map<std::string, SheetCells, std::less<>> cells_;  // that charts asked for
  // Of the sheet being read:
  const Workbook::Sheet* sheet_ = nullptr;
  int32_t page_ = 0;
  Relationships relationships_;
  Ref group_;
  Layer layer_ = Layer::kBody;
  size_t drawings_ = 0;  // of all sheets
  std::vector<std::pair<docling::BBox, Ref>> items_;
};

base::Result<> XlsxReader::ReadSheet(const Workbook::Sheet& sheet, int32_t page) {
  sheet_ = &sheet;
  page_ = page;
  relationships_ = workbook_.package().RelationshipsOf(sheet.part);
  layer_ = sheet.hidden ? Layer::kInvisible : Layer::kBody;
  items_.clear();
  document_.pages[page] = {};
  group_ = document_.AddGroup(docling::GroupLabel::kSheet, sheet.name, {.layer = layer_}).self;
  SI_TRY(ReadTables());
  ReadComments();
  ReadDrawings();
  SortChildren();
  return {};
}

// Where the item added last is, which is also what the page's size comes from.
docling::Prov XlsxReader::ProvOf(const docling::BBox& box) {
  docling::Page& page = document_.pages[page_];
  page.width = std::max(page.width, box.r);
  page.height = std::max(page.height, box.b);
  return {.page_no = page_, .bbox = box};
}

base::Result<> XlsxReader::ReadTables() {
  auto cells = workbook_.ReadCells(*sheet_);
  if (!cells) {
    if (cells.error().code() == base::Code::kTooLarge) return base::Fail(cells.error());
    Warn("cannot be read: " + cells.error().message());
    return {};
  }
  SI_ASSIGN(std::vector<SheetTable> tables, FindTables(*cells));
  AddTables(std::move(tables));
  return {};
}

void XlsxReader::AddTables(std::vector<SheetTable> tables) {
  for (SheetTable& table : tables) {
    if (!table.label.empty()) {
      docling::Text& label = document_.AddText(docling::Label::kText, table.label, Here());
      const auto box = Box(table.col, table.row - 1, table.col + table.label_span, table.row);
      label.prov.push_back(ProvOf(box));
      items_.emplace_back(box, label.self);
    }
    const auto box =
        Box(table.col, table.row, table.col + table.data.num_cols, table.row + table.data.num_rows);
    docling::Table& item = document_.AddTable(std::move(table.data), Here());
    item.prov.push_back(ProvOf(box));
    items_.emplace_back(box, item.self);
  }
}

void XlsxReader::ReadDrawings() {
  for (const auto& [id, relationship] : relationships_) {
    if (relationship.type == "drawing" && !relationship.external) {
      ReadDrawing(relationship.target);
    }
  }
}

// Pictures that can be shown come first, then drawings that cannot, then charts.
void XlsxReader::ReadDrawing(std::string_view part) {
  const auto drawing = workbook_.package().ReadXml(part);
  if (!drawing) return Warn("its drawings were left out: " + drawing.error().message());
  const Relationships relationships = workbook_.package().RelationshipsOf(part);
  std::vector<std::pair<Element, docling::BBox>> pictures;
  std::vector<std::pair<Element, docling::BBox>> charts;
  for (const char* kind : {"xdr:absoluteAnchor", "xdr:oneCellAnchor", "xdr:twoCellAnchor"}) {
    for (const Element anchor : drawing->root().children()) {
      if (!Is(anchor, kind)) continue;
      const docling::BBox box = AnchorBox(anchor);
      Element picture = Child(anchor, "xdr:pic");
      if (!picture) picture = Find(anchor, "xdr:grpSp", "xdr:pic");
      if (picture) pictures.emplace_back(picture, box);
      if (const Element chart = Descendant(anchor, "c:chart")) charts.emplace_back(chart, box);
    }
  }
  for (const auto& [picture, box] : pictures) AddImage(picture, box, relationships);
  for (const auto& [chart, box] : charts) AddChartOf(chart, box, relationships);
}

void XlsxReader::AddImage(Element picture, const docling::BBox& box,
                          const Relationships& relationships) {
  const auto target = relationships.find(Attribute(Descendant(picture, "a:blip"), "r:embed"));
  if (target == relationships.end() || ++drawings_ > kMaxDrawings) return;
  docling::Picture& item = document_.AddPicture(Here());
  item.prov.push_back(ProvOf(box));
  const auto bytes = workbook_.package().archive().Read(target->second.target);
  const auto facts = bytes ? ReadImageFacts(*bytes) : std::nullopt;
  if (!facts) return Warn(fmt::format("the picture '{}' cannot be shown", target->second.target));
  item.image = ToImageRef(*bytes, *facts);
}

void XlsxReader::AddChartOf(Element frame, const docling::BBox& box,
                            const Relationships& relationships) {
  const auto target = relationships.find(Attribute(frame, "r:id"));
  if (target == relationships.end() || ++drawings_ > kMaxDrawings) return;
  const auto space = workbook_.package().ReadXml(target->second.target);
  if (!space) return Warn("a chart was left out: " + space.error().message());
  Chart chart = ReadChart(space->root(), [this](std::string_view ref) { return Resolve(ref); });
  AddChart(document_, std::move(chart), Here()).prov.push_back(ProvOf(box));
}

// "'My sheet'!$A$2:$A$9" → the texts there, row by row.
std::vector<std::string> XlsxReader::Resolve(std::string_view reference) {
  constexpr int64_t kMaxValues = 100'000;
  const size_t mark = reference.rfind('!');
  std::string sheet(mark == std::string_view::npos ? std::string_view(sheet_->name)
                                                   : text::Strip(reference.substr(0, mark)));
  if (sheet.size() > 1 && sheet.front() == '\'' && sheet.back() == '\'') {
    sheet = sheet.substr(1, sheet.size() - 2);
    for (size_t at = 0; (at = sheet.find("''", at)) != std::string::npos; ++at) sheet.erase(at, 1);
  }
  const auto range =
      ParseRange(mark == std::string_view::npos ? reference : reference.substr(mark + 1));
  const SheetCells* cells = range ? CellsOf(sheet) : nullptr;
  std::vector<std::string> values;
  if (cells == nullptr) return values;
  const int64_t rows = range->last_row - range->first_row + 1;
  const int64_t cols = range->last_col - range->first_col + 1;
  for (int64_t i = 0; i < std::min(rows * cols, kMaxValues); ++i) {
    const int64_t at =
        cells->Find(range->first_row + int32_t(i / cols), range->first_col + int32_t(i % cols));
    values.push_back(at >= 0 ? cells->all()[size_t(at)].text : std::string());
  }
  return values;
}

// Read once for all charts. nullptr for a sheet that is not there.
const SheetCells* XlsxReader::CellsOf(std::string_view name) {
  if (const auto known = cells_.find(name); known != cells_.end()) return &known->second;
  for (const Workbook::Sheet& sheet : workbook_.sheets()) {
    if (sheet.name != name) continue;
    auto cells = workbook_.ReadCells(sheet);
    return &cells_.emplace(name, cells ? std::move(*cells) : SheetCells()).first->second;
  }
  return nullptr;
}

void XlsxReader::ReadComments() {
  std::vector<SheetComment> comments = LegacyComments();
  TakeThreads(comments);
  std::ranges::sort(comments, {}, [](const auto& c) { return std::pair(c.row, c.col); });
  for (const SheetComment& found : comments) {
    if (found.comment.text.empty()) continue;
    const std::string group =
        fmt::format("comment-{}-{}", sheet_->name, CellName(found.row, found.col));
    const Ref text = AddComment(document_, group, found.comment).self;
    if (layer_ != Layer::kBody) continue;
    const auto on = std::ranges::find_if(items_, [&](const auto& item) {
      const docling::BBox& box = item.first;
      return box.l <= found.col && found.col < box.r && box.t <= found.row && found.row < box.b;
    });
    if (on == items_.end()) continue;
    auto* item = static_cast<docling::Item*>(document_.Find(on->second));
    item->comments.Ensure().push_back({.ref = text, .range = {}});
  }
}

std::vector<SheetComment> XlsxReader::LegacyComments() {
  std::vector<SheetComment> found;
  const std::string part = Package::TargetOf(relationships_, "comments");
  if (part.empty()) return found;
  const auto document = workbook_.package().ReadXml(part);
  if (!document) return found;
  std::vector<std::string> authors;
  for (const Element author : Child(document->root(), "authors").children()) {
    authors.push_back(OwnText(author));
  }
  for (const Element element : Child(document->root(), "commentList").children()) {
    const auto place = ParseRange(Attribute(element, "ref"));
    if (!place) continue;
    SheetComment& comment = found.emplace_back();
    comment.row = place->first_row;
    comment.col = place->first_col;
    const int64_t author = IntAttribute(element, "authorId", -1);
    if (author >= 0 && size_t(author) < authors.size()) {
      comment.comment.author = authors[size_t(author)];
    }
    Element text = Child(element, "text");
    for (const Element piece : text.children()) {
      if (Is(piece, "t")) comment.comment.text += OwnText(piece);
      if (Is(piece, "r")) comment.comment.text += OwnText(Child(piece, "t"));
    }
    comment.comment.text = text::Strip(comment.comment.text);
  }
  return found;
}

// A discussion is kept twice: as a note for old programs, and with its authors and times.
void XlsxReader::TakeThreads(std::vector<SheetComment>& comments) {
  const std::string part = Package::TargetOf(relationships_, "threadedComment");
  const auto document = workbook_.package().ReadXml(part);
  if (!document) return;
  std::map<std::string, std::string, std::less<>> people;
  if (const auto persons = workbook_.package().ReadXml("xl/persons/person.xml")) {
    for (const Element person : persons->root().children()) {
      people.emplace(Attribute(person, "id"), Attribute(person, "displayName"));
    }
  }
  for (const Element element : document->root().children()) {
    const auto place = ParseRange(Attribute(element, "ref"));
    if (!place) continue;
    const auto note = std::ranges::find_if(comments, [&](const SheetComment& comment) {
      return comment.row == place->first_row && comment.col == place->first_col;
    });
    if (note == comments.end()) continue;
    const auto person = people.find(Attribute(element, "personId"));
    note->comment.author = person != people.end() ? person->second : "Unknown";
    for (const Element child : element.children()) {
      if (LocalName(child) == "text") note->comment.text = AllText(child);
    }
    note->comment.time = IsoTime(Attribute(element, "dT"));
  }
}

// What is higher up comes first, whatever was found first.
void XlsxReader::SortChildren() {
  docling::Group& group = document_.groups[group_.index];
  const auto top = [&](Ref ref) {
    const auto* item = document_.FindItem(ref);
    return item == nullptr || item->prov.empty() ? std::numeric_limits<double>::infinity()
                                                 : item->prov.front().bbox.t;
  };
  std::vector<std::tuple<double, size_t, Ref>> order;
  for (const Ref child : group.children) order.emplace_back(top(child), order.size(), child);
  std::ranges::sort(order);
  for (size_t i = 0; i < order.size(); ++i) group.children[i] = std::get<Ref>(order[i]);
}

}  // namespace

base::Result<docling::Document> ReadXlsx(const File& file, const Options& options,
                                         docling::DiagnosticSink& diagnostics) {
  SI_ASSIGN(Package package, Package::Open(file.bytes));
  SI_ASSIGN(Workbook workbook, Workbook::Open(package));
  const auto total = int(workbook.sheets().size());
  if (total > options.max_pages) {
    return base::Fail(base::Code::kTooLarge, fmt::format("the workbook has {} sheets, more than {}",
                                                         total, options.max_pages));
  }
  docling::Document document = NewDocument(file, kMimeType);
  XlsxReader reader(workbook, document, diagnostics);
  for (int i = 0; i < total; ++i) {
    SI_TRY(reader.ReadSheet(workbook.sheets()[size_t(i)], i + 1));
    if (options.progress != nullptr) options.progress->OnPage(i + 1, total);
  }
  return document;
}

base::Result<Facts> InspectXlsx(const File& file) {
  SI_ASSIGN(Package package, Package::Open(file.bytes));
  SI_ASSIGN(const Workbook workbook, Workbook::Open(package));
  Facts facts = package.CoreProperties();
  facts.page_count = int32_t(workbook.sheets().size());
  return facts;
}

}  // namespace office
