// WEBVTT title
//
// NOTE, STYLE and REGION blocks are no cues
//
// identifier
// 00:01.000 --> 00:02.500 settings
// <v Voice>text <b>bold</b>
// a second line
#include "formats/vtt_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "formats/charset.h"
#include "formats/html_entities.h"
#include "formats/sniff.h"
#include "text/utf8.h"

namespace formats {
namespace {

using docling::Formatting;

constexpr std::string_view kMimeType = "text/vtt";
constexpr std::string_view kSignature = "WEBVTT";
constexpr size_t kMaxNesting = 100;

// How a piece of a cue is spoken and shown.
struct Speech {
  std::string voice;
  std::optional<Formatting> formatting;
};
struct Piece {
  std::string text;
  Speech speech;
};
using Line = std::vector<Piece>;

struct Tag {
  bool end = false;
  std::string_view name;  // without classes
  std::string_view annotation;
};

Tag ParseTag(std::string_view inside) {
  Tag tag;
  tag.end = inside.starts_with('/');
  if (tag.end) inside.remove_prefix(1);
  tag.name = inside.substr(0, inside.find_first_of(". \t\n"));
  if (const size_t space = inside.find_first_of(" \t\n"); space != std::string_view::npos) {
    tag.annotation = text::Strip(inside.substr(space));
  }
  return tag;
}

// "01:02:03.004" or "02:03.004" in seconds.
std::optional<double> ParseTime(std::string_view text) {
  double seconds = 0;
  double number = 0;
  int colons = 0;
  size_t digits = 0;
  double scale = 0;  // of the digits behind the point
  for (const char c : text) {
    if (c >= '0' && c <= '9' && ++digits < 10) {
      number = scale == 0 ? (number * 10) + (c - '0') : number + ((c - '0') * scale);
      if (scale != 0) scale /= 10;
    } else if (c == ':' && digits > 0 && scale == 0 && colons < 2) {
      seconds = (seconds + number) * 60;
      number = 0;
      digits = 0;
      ++colons;
    } else if ((c == '.' || c == ',') && digits > 0 && scale == 0) {
      scale = 0.1;
    } else {
      return std::nullopt;
    }
  }
  if (colons == 0 || digits == 0) return std::nullopt;
  // Thousandths: what was added up is rounded to them.
  return double(int64_t(((seconds + number) * 1000) + 0.5)) / 1000;
}

// The lines of a cue's text in pieces of one voice and look. Tags other than i, b, u and v change
// nothing; those that are not closed last to the end. A line break right behind a tag joins the
// lines, as it does in docling.
std::vector<Line> ParseText(std::string_view text) {
  std::vector<Line> lines(1);
  std::vector<Speech> open(1);
  std::string piece;
  const auto flush = [&] {
    if (!piece.empty()) lines.back().push_back({Unescape(piece), open.back()});
    piece.clear();
  };
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n') {
      const bool any = !piece.empty();
      flush();
      if (any) lines.emplace_back();
      continue;
    }
    const size_t end = text[at] == '<' ? text.find('>', at) : std::string_view::npos;
    if (end == std::string_view::npos) {
      piece += text[at];
      continue;
    }
    const Tag tag = ParseTag(text.substr(at + 1, end - at - 1));
    at = end;
    if (tag.name.empty() || !text::IsLetter(uint8_t(tag.name[0]))) continue;  // a time
    flush();
    if (tag.end) {
      if (open.size() > 1) open.pop_back();
    } else if (open.size() < kMaxNesting) {
      Speech speech = open.back();
      const bool look = tag.name == "b" || tag.name == "i" || tag.name == "u";
      if (look && !speech.formatting) speech.formatting.emplace();
      if (tag.name == "b") speech.formatting->bold = true;
      if (tag.name == "i") speech.formatting->italic = true;
      if (tag.name == "u") speech.formatting->underline = true;
      if (tag.name == "v") speech.voice = tag.annotation;
      open.push_back(std::move(speech));
    }
  }
  flush();
  return lines;
}

class VttConverter {
 public:
  VttConverter(docling::Document& document, docling::DiagnosticSink& diagnostics)
      : document_(document), diagnostics_(diagnostics) {}

  // A block between blank lines.
  void Block(std::string_view block);

 private:
  void AddLine(const Line& line);

  docling::Document& document_;
  docling::DiagnosticSink& diagnostics_;
  docling::Track track_;  // of the cue being read
};

void VttConverter::Block(std::string_view block) {
  for (const std::string_view aside : {"NOTE", "STYLE", "REGION"}) {
    const std::string_view rest = block.substr(std::min(aside.size(), block.size()));
    if (block.starts_with(aside) && (rest.empty() || text::IsSpace(uint8_t(rest[0])))) return;
  }
  const auto next_line = [&] {
    const size_t end = std::min(block.find('\n'), block.size());
    const std::string_view line = block.substr(0, end);
    block.remove_prefix(std::min(end + 1, block.size()));
    return line;
  };
  std::string_view timing = next_line();
  track_ = {};
  if (!timing.contains("-->")) {
    track_.identifier = std::string(timing);
    timing = next_line();
  }
  const size_t arrow = timing.find("-->");
  if (arrow != std::string_view::npos) {
    const std::string_view end = text::Strip(timing.substr(arrow + 3));
    const auto start_time = ParseTime(text::Strip(timing.substr(0, arrow)));
    const auto end_time = ParseTime(end.substr(0, end.find_first_of(" \t")));
    if (start_time && end_time && *start_time < *end_time) {
      track_.start_time = *start_time;
      track_.end_time = *end_time;
      for (const Line& line : ParseText(text::Strip(block))) AddLine(line);
      return;
    }
  }
  diagnostics_.Report({docling::Severity::kWarning, "a cue without valid times was left out",
                       fmt::format("'{}'", timing.substr(0, 60))});
}

void VttConverter::AddLine(const Line& line) {
  docling::Place place;
  if (line.size() > 1) {
    place.parent = document_.AddGroup(docling::GroupLabel::kInline, "WebVTT cue span").self;
  }
  for (const Piece& piece : line) {
    docling::Text& item = document_.AddText(docling::Label::kText, piece.text, place);
    item.formatting = piece.speech.formatting;
    docling::Track track = track_;
    if (!piece.speech.voice.empty()) track.voice = piece.speech.voice;
    item.source.Ensure().push_back(std::move(track));
  }
}

// The title behind the signature.
std::string TitleOf(std::string_view text) {
  return std::string(text::Strip(text.substr(0, text.find('\n')).substr(kSignature.size())));
}

base::Result<std::string> Load(const Input& input, Context& context) {
  std::string text = ToText(input.bytes, "utf-8", context.diagnostics);
  std::erase(text, '\r');
  if (!LooksLikeVtt(text)) {
    return base::Fail(base::Code::kDamaged, "the file does not begin with WEBVTT");
  }
  return text;
}

}  // namespace

bool LooksLikeVtt(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (!bytes.starts_with(kSignature)) return false;
  return bytes.size() == kSignature.size() ||
         std::string_view(" \t\r\n").contains(bytes[kSignature.size()]);
}

base::Result<docling::Document> ReadVtt(const Input& input, Context& context) {
  SI_ASSIGN(const std::string text, Load(input, context));
  docling::Document document = NewDocument(input, kMimeType);
  if (std::string title = TitleOf(text); !title.empty()) document.AddTitle(std::move(title));
  VttConverter converter(document, context.diagnostics);
  std::string block;
  for (std::string_view rest =
           std::string_view(text).substr(std::min(text.find('\n'), text.size()));
       !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const bool blank = text::Strip(line).empty();
    if (!blank) (block.empty() ? block : block += '\n') += line;
    if ((blank || rest.empty()) && !block.empty()) converter.Block(std::exchange(block, {}));
  }
  return document;
}

base::Result<Facts> InspectVtt(const Input& input, Context& context) {
  SI_ASSIGN(const std::string text, Load(input, context));
  return Facts{.mime_type = std::string(kMimeType), .title = TitleOf(text)};
}

}  // namespace formats
