// Blocks, tables, slides and pictures.
#include "formats/office/odf_converter.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "formats/office/image.h"
#include "text/utf8.h"

namespace office {
namespace {

using docling::Label;
using docling::Place;
using docling::Ref;

constexpr size_t kMaxPictures = 50'000;

constexpr std::pair<std::string_view, std::string_view> kChartClasses[] = {
    {"chart:bar", "bar_chart"},
    {"chart:line", "line_chart"},
    {"chart:circle", "pie_chart"},
    {"chart:pie", "pie_chart"},
    {"chart:scatter", "scatter_plot"}};

constexpr std::string_view kBitmaps[] = {".bmp", ".gif", ".jpeg", ".jpg",
                                         ".png", ".tif", ".tiff", ".webp"};

std::string_view WithoutDot(std::string_view path) {
  return path.starts_with("./") ? path.substr(2) : path;
}

bool CanBeBitmap(Element image, std::string_view path) {
  if (HasAttribute(image, "draw:mime-type")) {
    const std::string_view type = Attribute(image, "draw:mime-type");
    return type.starts_with("image/") && type != "image/svg+xml";
  }
  const std::string extension = text::ToLower(path.substr(std::min(path.rfind('.'), path.size())));
  return path.empty() || std::ranges::find(kBitmaps, extension) != std::end(kBitmaps);
}

std::string ChartClass(Element content) {
  for (const char* name : {"chart:chart", "chart:series"}) {
    std::string found;
    ForEachBelow(content, [&](Element element) {
      if (!found.empty() || !Is(element, name)) return found.empty();
      for (const auto& [chart, label] : kChartClasses) {
        if (Attribute(element, "chart:class") == chart) found = label;
      }
      return true;
    });
    if (!found.empty()) return found;
  }
  return "other_chart";
}

std::string TextOf(const std::vector<OdfRun>& runs) {
  std::string text;
  for (const OdfRun& run : runs) text += run.text;
  return std::string(text::Strip(text));
}

docling::TableCell CellAt(const OdfCell& cell, int32_t row, int32_t col) {
  auto item =
      docling::TableCell::At(row, col, OdfCellText(cell.element), cell.row_span, cell.col_span);
  item.column_header = row == 0;
  return item;
}

bool IsAside(Element element) {
  return Is(element, "anim:par") || Is(element, "presentation:notes");
}

// Has text, or a picture, which counts as such when a slide's title is looked for.
bool HasText(Element element) {
  return !LinesOf(element).empty() || bool(Descendant(element, "draw:image"));
}

bool IsTitle(Element element, bool first_text) {
  return Attribute(element, "presentation:class") == "title" ||
         (first_text && Is(element, "draw:custom-shape"));
}

}  // namespace

void OdfConverter::Warn(std::string what) {
  diagnostics_.Report({docling::Severity::kWarning, std::move(what), "document"});
}

void OdfConverter::Decorate(docling::Text& item, OdfRun run) {
  item.text = std::move(run.text);
  item.formatting = run.formatting;
  if (!run.link.empty()) item.hyperlink = std::move(run.link);
}

void OdfConverter::Blocks(Element parent, Place place) {
  std::optional<ListState> list;
  for (const Element element : parent.children()) {
    if (element.type() != pugi::node_element) continue;
    if (Is(element, "text:list")) {
      list = List(element, place, false, 1, list);
    } else {
      list.reset();
      Block(element, place);
    }
  }
}

void OdfConverter::Block(Element element, Place place) {
  if (Is(element, "text:h")) return Heading(element, place);
  if (Is(element, "text:p")) return Paragraph(element, place);
  if (Is(element, "text:section")) return Blocks(element, place);
  if (Is(element, "text:list")) {
    List(element, place, false, 1, std::nullopt);
  } else if (Is(element, "table:table")) {
    if (const auto read = Table(element, place); !read) Warn(read.error().message());
  } else {
    const size_t charts = Is(element, "draw:frame") ? Charts(element, place) : 0;
    Images(element, place, charts > 0);
  }
}

// Pictures in a paragraph come first. Beside them its text loses its look.
void OdfConverter::Paragraph(Element element, Place place) {
  const size_t charts = Charts(element, place);
  Images(element, place, charts > 0);
  std::vector<OdfRun> runs = Normalised(RunsOf(element, styles_));
  if (Descendant(element, "draw:image")) {
    std::string text = TextOf(runs);
    if (text.empty()) return;
    runs = {{.text = std::move(text), .formatting = {}, .link = {}}};
  }
  if (styles_.IsCalled(element, "Title")) {
    RichBlock(Label::kTitle, 0, std::move(runs), place);
  } else if (styles_.IsCalled(element, "Subtitle")) {
    RichBlock(Label::kSectionHeader, 1, std::move(runs), place);
  } else {
    Runs(Label::kText, std::move(runs), place);
  }
}

void OdfConverter::Heading(Element element, Place place) {
  const int64_t level = IntAttribute(element, "text:outline-level", 1);
  RichBlock(Label::kSectionHeader, int(std::clamp<int64_t>(level, 1, 100)),
            Normalised(RunsOf(element, styles_)), place);
}

docling::Text& OdfConverter::AddBlock(Label label, int level, Place place) {
  return label == Label::kSectionHeader ? document_.AddHeading("", level, place)
                                        : document_.AddText(label, "", place);
}

// One run is the block's text; several are in an inline group below it.
void OdfConverter::RichBlock(Label label, int level, std::vector<OdfRun> runs, Place place) {
  if (runs.empty()) return;
  docling::Text& block = AddBlock(label, level, place);
  if (runs.size() == 1) return Decorate(block, std::move(runs.front()));
  const Ref group = document_.AddInlineGroup({.parent = block.self, .layer = place.layer}).self;
  for (OdfRun& run : runs) {
    Decorate(document_.AddText(Label::kText, "", {.parent = group, .layer = place.layer}),
             std::move(run));
  }
}

void OdfConverter::Runs(Label label, std::vector<OdfRun> runs, Place place) {
  if (runs.size() > 1) place.parent = document_.AddInlineGroup(place).self;
  for (OdfRun& run : runs) Decorate(document_.AddText(label, "", place), std::move(run));
}

base::Result<> OdfConverter::Table(Element element, Place place,
                                   const std::optional<CellRange>& region,
                                   const docling::Prov* prov) {
  const OdfTable table(element);
  CellRange range;
  if (region) {
    range = *region;
  } else {
    SI_ASSIGN(range, table.Bounds());
  }
  docling::Table& item = document_.AddTable({}, place);
  const Ref self = item.self;
  item.data.num_rows = range.last_row - range.first_row + 1;
  item.data.num_cols = range.last_col - range.first_col + 1;
  if (prov != nullptr) item.prov.push_back(*prov);
  table.ForEach(range, [&](const OdfCell& cell, int32_t row, int32_t col) {
    docling::TableCell made = CellAt(cell, row - range.first_row, col - range.first_col);
    if (cell.content && IsRichOdfCell(cell.element)) {
      const std::string name = fmt::format("rich_cell_group_{}_{}_{}", document_.tables.size() - 1,
                                           made.start_col, made.start_row);
      made.ref = document_
                     .AddGroup(docling::GroupLabel::kUnspecified, name,
                               {.parent = self, .layer = place.layer})
                     .self;
      for (const Element child : cell.element.children()) {
        if (child.type() == pugi::node_element) {
          Block(child, {.parent = made.ref, .layer = place.layer});
        }
      }
    }
    document_.tables[self.index].data.cells.push_back(std::move(made));
  });
  return {};
}

void OdfConverter::Slide(Element page, std::string name, Place place) {
  bool titled = false;
  bool seen_text = false;
  for (const Element element : page.children()) {
    if (element.type() != pugi::node_element || IsAside(element)) continue;
    titled = titled || IsTitle(element, !seen_text);
    seen_text = seen_text || HasText(element);
  }
  if (!titled) document_.AddTitle(std::move(name), place);
  seen_text = false;
  for (const Element element : page.children()) {
    if (element.type() != pugi::node_element || IsAside(element)) continue;
    const Role role = IsTitle(element, !seen_text) ? Role::kTitle : Role::kText;
    seen_text = seen_text || HasText(element);
    Shape(element, place, role);
  }
}

void OdfConverter::Shape(Element shape, Place place, Role role) {
  if (Is(shape, "draw:frame")) return Frame(shape, place, role);
  if (!Is(shape, "draw:g")) return ShapeText(shape, place, role);
  for (const Element child : shape.children()) {
    if (child.type() == pugi::node_element) Shape(child, place, role);
  }
}

void OdfConverter::Frame(Element frame, Place place, Role role) {
  const size_t charts = Charts(frame, place);
  std::vector<Element> boxes;
  ForEachBelow(frame, [&](Element element) {
    if (Is(element, "table:table")) {
      if (const auto read = Table(element, place); !read) Warn(read.error().message());
    }
    if (Is(element, "draw:text-box")) boxes.push_back(element);
    return true;
  });
  Images(frame, place, charts > 0);
  for (const Element box : boxes) ShapeText(box, place, role);
}

void OdfConverter::ShapeText(Element parent, Place place, Role role) {
  std::optional<ListState> list;
  for (const Element element : parent.children()) {
    if (Is(element, "text:list")) {
      list = List(element, place, false, 1, list);
      continue;
    }
    if (Is(element, "text:h")) {
      Heading(element, place);
    } else if (Is(element, "text:p")) {
      Runs(role == Role::kTitle ? Label::kTitle : Label::kText,
           Normalised(RunsOf(element, styles_)), place);
    } else {
      continue;
    }
    list.reset();
  }
}

size_t OdfConverter::Charts(Element element, Place place) {
  size_t charts = Is(element, "draw:frame") && ChartOf(element, place) ? 1 : 0;
  ForEachBelow(element, [&](Element below) {
    if (Is(below, "draw:frame") && ChartOf(below, place)) ++charts;
    return true;
  });
  return charts;
}

// An embedded object with a table of its own is a chart.
bool OdfConverter::ChartOf(Element frame, Place place) {
  const std::string_view path = WithoutDot(Attribute(Child(frame, "draw:object"), "xlink:href"));
  if (path.empty() || document_.pictures.size() >= kMaxPictures) return false;
  auto text = archive_.Read(fmt::format("{}/content.xml", path));
  if (!text) return false;
  const auto content = XmlDocument::Parse(std::move(*text), path);
  if (!content) return false;
  Element local;
  ForEachBelow(content->root(), [&](Element element) {
    if (Is(element, "table:table") && Attribute(element, "table:name") == "local-table") {
      local = element;
    }
    return !local;
  });
  if (!local) return false;
  const OdfTable table(local);
  const auto range = table.Bounds();
  if (!range) return false;
  docling::TableData data;
  data.num_rows = range->last_row - range->first_row + 1;
  data.num_cols = range->last_col - range->first_col + 1;
  table.ForEach(*range, [&](const OdfCell& cell, int32_t row, int32_t col) {
    data.cells.push_back(CellAt(cell, row - range->first_row, col - range->first_col));
  });
  docling::Meta& meta = document_.AddPicture(place).meta.Ensure();
  meta.classification.emplace().predictions.emplace_back().class_name = ChartClass(content->root());
  meta.tabular_chart.emplace().data = std::move(data);
  return true;
}

size_t OdfConverter::Images(Element element, Place place, bool skip_replacements) {
  size_t images = 0;
  ForEachBelow(element, [&](Element below) {
    if (!Is(below, "draw:image")) return true;
    const std::string_view path = WithoutDot(Attribute(below, "xlink:href"));
    if (skip_replacements && path.starts_with("ObjectReplacements/")) return true;
    if (Image(below, place)) ++images;
    return true;
  });
  return images;
}

bool OdfConverter::Image(Element image, Place place) {
  const std::string_view path = WithoutDot(Attribute(image, "xlink:href"));
  if (!CanBeBitmap(image, path) || document_.pictures.size() >= kMaxPictures) return false;
  const auto bytes = archive_.Read(path);
  const auto facts = bytes ? ReadImageFacts(*bytes) : std::nullopt;
  if (!facts) {
    Warn(fmt::format("the picture '{}' was left out: it cannot be shown", path.substr(0, 200)));
    return false;
  }
  document_.AddPicture(place).image = ToImageRef(*bytes, *facts);
  return true;
}

}  // namespace office
