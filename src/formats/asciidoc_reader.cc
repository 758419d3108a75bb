// Lines, in the order they are tried:
//   = Title              == Section        * item, - item, 1. item, a. item (indented: nested)
//   |===                 |cell |cell       image::path[alt, width=1, height=2]
//   .Caption             anything else: text of a paragraph, up to a blank line
#include "formats/asciidoc_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "formats/charset.h"
#include "formats/sniff.h"
#include "text/utf8.h"

namespace formats {
namespace {

using docling::Label;
using docling::Ref;

constexpr std::string_view kMimeType = "text/asciidoc";
constexpr size_t kLevels = 10;
constexpr int64_t kNoIndent = -1;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The length of a cell specification such as "2+^.^h" at the start of the text.
size_t CellSpec(std::string_view text) {
  size_t at = 0;
  const auto digits = [&](size_t from) {
    while (from < text.size() && IsDigit(text[from])) ++from;
    return from;
  };
  for (;;) {  // spans: "2+", "2.3+", "3*"
    size_t end = digits(at);
    if (end == at) break;
    if (end < text.size() && text[end] == '.' && digits(end + 1) > end + 1) end = digits(end + 1);
    if (end >= text.size() || (text[end] != '*' && text[end] != '+')) break;
    at = end + 1;
  }
  const auto is_any = [&](std::string_view of) {
    return at < text.size() && of.contains(text[at]);
  };
  if (is_any("<^>")) ++at;
  if (text.substr(at).starts_with('.') && at + 1 < text.size() &&
      std::string_view("<^>").contains(text[at + 1])) {
    at += 2;
  }
  if (is_any("adehlms")) ++at;
  return at;
}

bool IsTableLine(std::string_view line) {
  const size_t bar = CellSpec(line);
  return bar < line.size() && line[bar] == '|' && line.find('|', bar + 1) != line.npos;
}

// Cells between bars. A specification in front of a bar, after white space, is no text.
std::vector<std::string> CellsOf(std::string_view line) {
  std::string plain;
  for (size_t at = 0; at < line.size();) {
    const bool start = at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t';
    const size_t spec = start ? CellSpec(line.substr(at)) : 0;
    if (spec > 0 && at + spec < line.size() && line[at + spec] == '|') at += spec;
    plain += line[at++];
  }
  std::vector<std::string> cells;
  for (size_t at = plain.find('|'); at != std::string::npos;) {
    const size_t next = plain.find('|', at + 1);
    const size_t length = next == std::string::npos ? next : next - at - 1;
    cells.emplace_back(text::Strip(std::string_view(plain).substr(at + 1, length)));
    at = next;
  }
  return cells;
}

struct Item {
  int64_t indent = 0;
  std::string_view text;
};

// "  * text": a marker that is a word ("a.") stays part of the text.
std::optional<Item> ListItem(std::string_view line) {
  const std::string_view rest = text::StripLeft(line);
  if (rest.empty()) return std::nullopt;
  size_t marker = 1;
  bool known = rest[0] == '*' || rest[0] == '-';
  if (!known) {
    marker = 0;
    known = true;
    while (marker < rest.size()) {
      const text::Decoded c = text::DecodeAt(rest, marker);
      if (!text::IsLetter(c.code_point) && !text::IsNumber(c.code_point) && c.code_point != '_') {
        break;
      }
      known = known && c.code_point >= '0' && c.code_point <= '9';
      marker += c.length;
    }
    if (marker == 0 || !rest.substr(marker).starts_with('.')) return std::nullopt;
    ++marker;
  }
  if (!rest.substr(marker).starts_with(' ')) return std::nullopt;
  if (!known) return Item{0, line};
  const auto indent = int64_t(text::CountCodePoints(line) - text::CountCodePoints(rest));
  return Item{indent, text::Strip(rest.substr(marker))};
}

// How many '=' a heading line begins with, 0 for other lines.
size_t HeadingMarks(std::string_view line) {
  const size_t marks = std::min(line.find_first_not_of('='), line.size());
  if (marks == 1) return line.starts_with("= ") ? 1 : 0;
  const std::string_view rest = line.substr(marks);
  return marks > 1 && !rest.empty() && text::StripLeft(rest).size() < rest.size() ? marks : 0;
}

double Pixels(std::string_view text, double otherwise) {
  int value = 0;
  text = text::Strip(text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value > 0 ? value : otherwise;
}

// image::path[alt, width=200, height=100]
docling::ImageRef ImageOf(std::string_view line) {
  constexpr double kSide = 128;
  line.remove_prefix(std::string_view("image::").size());
  docling::ImageRef image{.dpi = 70, .width = kSide, .height = kSide, .uri = {}};
  const size_t open = line.rfind('[');
  const bool attributes = open != line.npos && line.ends_with(']');
  const std::string path(text::Strip(attributes ? line.substr(0, open) : line));
  double width = 0;
  double height = 0;
  std::string_view rest = attributes ? line.substr(open + 1, line.size() - open - 2) : "";
  while (!rest.empty()) {
    const size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view attribute = rest.substr(0, comma);
    const size_t equals = std::min(attribute.find('='), attribute.size());
    const std::string_view key = text::Strip(attribute.substr(0, equals));
    const std::string_view value = attribute.substr(std::min(equals + 1, attribute.size()));
    if (key == "width") width = Pixels(value, 0);
    if (key == "height") height = Pixels(value, 0);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  if (width > 0 && height > 0) {
    image.width = width;
    image.height = height;
  }
  const bool is_url = path.starts_with("http");
  const bool rooted = path.starts_with('/');
  image.uri = is_url ? path
                     : (path.starts_with("//") ? "file:"
                        : rooted               ? "file:/"
                                               : "file://") +
                           path;
  return image;
}

class AsciiDocConverter {
 public:
  explicit AsciiDocConverter(docling::Document& document) : document_(document) {
    indents_.fill(kNoIndent);
  }

  void Line(std::string_view line);
  void Finish();

 private:
  size_t Level() const;
  docling::Place Here() const { return In(parents_[Level()]); }
  static docling::Place In(Ref parent) { return {.parent = parent ? parent : Ref::Body()}; }

  void Section(size_t level, std::string_view text);
  void AddItem(const Item& item);
  void OpenList(size_t level, int64_t indent);
  Ref TakeCaption();
  void EndTable();
  void EndParagraph();
  void Picture(std::string_view line);
  void Rest(std::string_view line);

  docling::Document& document_;
  std::array<Ref, kLevels> parents_{};  // the title, open sections, then open lists
  std::array<int64_t, kLevels> indents_{};
  bool in_list_ = false;
  bool in_table_ = false;
  std::string paragraph_;
  std::string caption_;
  docling::TableData table_;
};

// The deepest open parent: those behind the first gap do not count. Slot 0 is the body without a
// title.
size_t AsciiDocConverter::Level() const {
  for (size_t level = 1; level < kLevels; ++level) {
    if (!parents_[level]) return level - 1;
  }
  return 0;
}

void AsciiDocConverter::Line(std::string_view line) {
  const std::string_view stripped = text::Strip(line);
  if (const size_t marks = HeadingMarks(line); marks > 0)
    return Section(marks - 1, line.substr(marks));
  if (const auto item = ListItem(line)) return AddItem(*item);
  if (in_list_) {  // whatever ends a list closes its innermost level
    in_list_ = false;
    parents_[Level()] = {};
    if (stripped.empty()) return;
  }
  if (stripped == "|===" && !in_table_) {
    in_table_ = true;
  } else if (IsTableLine(line)) {
    in_table_ = true;
    const int32_t row = table_.num_rows;
    table_.num_rows = row + 1;
    int32_t col = 0;
    for (std::string& cell : CellsOf(line)) {
      table_.Add(docling::TableCell::At(row, col++, std::move(cell))).column_header = row == 0;
    }
  } else if (in_table_) {
    EndTable();
  } else if (line.starts_with("image::")) {
    Picture(line);
  } else {
    Rest(line);
  }
}

void AsciiDocConverter::Rest(std::string_view line) {
  const std::string_view stripped = text::Strip(line);
  const auto append = [&](std::string& to) {
    if (!to.empty()) to += ' ';
    to += stripped;
  };
  if (line.starts_with('.') && line.size() > 1 && caption_.empty()) {
    caption_ = text::StripRight(line.substr(1));
  } else if (!stripped.empty()) {
    append(caption_.empty() ? paragraph_ : caption_);
  } else {
    EndParagraph();
  }
}

void AsciiDocConverter::Section(size_t level, std::string_view text) {
  std::string heading(text::Strip(text));
  if (level == 0) {
    parents_[0] = document_.AddTitle(std::move(heading)).self;
    return;
  }
  level = std::min(level, kLevels - 1);
  parents_[level] =
      document_.AddHeading(std::move(heading), int(level), In(parents_[level - 1])).self;
  std::fill(parents_.begin() + std::ptrdiff_t(level) + 1, parents_.end(), Ref{});
}

void AsciiDocConverter::OpenList(size_t level, int64_t indent) {
  if (level >= kLevels) return;
  parents_[level] =
      document_.AddGroup(docling::GroupLabel::kList, "list", In(parents_[level - 1])).self;
  indents_[level] = indent;
}

void AsciiDocConverter::AddItem(const Item& item) {
  size_t level = Level();
  if (!in_list_ || item.indent > indents_[level]) {
    in_list_ = true;
    OpenList(level + 1, item.indent);
  } else {
    while (level > 1 && item.indent < indents_[level] && indents_[level - 1] != kNoIndent) {
      parents_[level] = {};
      indents_[level] = kNoIndent;
      --level;
    }
  }
  Ref parent = parents_[Level()];
  const docling::Group* group = document_.FindGroup(parent);
  if (group == nullptr || group->label != docling::GroupLabel::kList) {  // nested too deep
    parent = document_.AddGroup(docling::GroupLabel::kList, "list", In(parent)).self;
  }
  document_.AddListItem(std::string(item.text), {.parent = parent});
}

// The caption that waits for a table or image becomes an item of the body.
Ref AsciiDocConverter::TakeCaption() {
  if (caption_.empty()) return {};
  return document_.AddText(Label::kCaption, std::exchange(caption_, {})).self;
}

void AsciiDocConverter::EndTable() {
  const Ref caption = TakeCaption();
  docling::Table& table = document_.AddTable(std::exchange(table_, {}), Here());
  if (caption) table.captions.push_back(caption);
  in_table_ = false;
}

void AsciiDocConverter::EndParagraph() {
  if (paragraph_.empty()) return;
  document_.AddText(Label::kParagraph, std::exchange(paragraph_, {}), Here());
}

void AsciiDocConverter::Picture(std::string_view line) {
  const Ref caption = TakeCaption();
  docling::Picture& picture = document_.AddPicture();
  picture.image = ImageOf(line);
  if (caption) picture.captions.push_back(caption);
}

void AsciiDocConverter::Finish() {
  EndParagraph();
  if (in_table_ && table_.num_rows > 0) EndTable();
  paragraph_ = std::exchange(caption_, {});  // of nothing: a text after all
  EndParagraph();
}

}  // namespace

base::Result<docling::Document> ReadAsciiDoc(const Input& input, Context& context) {
  const std::string text = ToText(input.bytes, {}, context.diagnostics);
  docling::Document document = NewDocument(input, kMimeType);
  AsciiDocConverter converter(document);
  for (std::string_view rest = text; !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    converter.Line(line);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  converter.Finish();
  return document;
}

base::Result<Facts> InspectAsciiDoc(const Input& input, Context& context) {
  SI_ASSIGN(const docling::Document document, ReadAsciiDoc(input, context));
  const auto title = std::ranges::find(document.texts, Label::kTitle, &docling::Text::label);
  return Facts{.mime_type = std::string(kMimeType),
               .title = title != document.texts.end() ? title->text : ""};
}

}  // namespace formats
