#include "formats/office/xml.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>
#include <vector>

#include "text/utf8.h"

namespace office {
namespace {

using base::Code;
using base::Fail;

struct Namespace {
  std::string_view uri;
  std::string_view prefix;
};

// The part of Office Open XML URIs after the host, which differs between Strict and Transitional.
constexpr Namespace kOoxml[] = {
    {"wordprocessingml/main", "w"},
    {"spreadsheetml/main", ""},
    {"presentationml/main", "p"},
    {"drawingml/main", "a"},
    {"drawingml/chart", "c"},
    {"drawingml/picture", "pic"},
    {"drawingml/wordprocessingDrawing", "wp"},
    {"drawingml/spreadsheetDrawing", "xdr"},
    {"officeDocument/math", "m"},
    {"officeDocument/relationships", "r"},
};

constexpr Namespace kOthers[] = {
    {"http://schemas.openxmlformats.org/package/2006/relationships", ""},
    {"http://schemas.openxmlformats.org/package/2006/content-types", ""},
    {"http://schemas.openxmlformats.org/package/2006/metadata/core-properties", "cp"},
    {"http://purl.org/dc/elements/1.1/", "dc"},
    {"http://schemas.openxmlformats.org/markup-compatibility/2006", "mc"},
    {"urn:schemas-microsoft-com:vml", "v"},
    {"urn:schemas-microsoft-com:office:office", "o"},
    {"urn:schemas-microsoft-com:office:word", "w10"},
    {"http://schemas.microsoft.com/office/word/2010/wordml", "w14"},
    {"http://schemas.microsoft.com/office/word/2010/wordprocessingShape", "wps"},
    {"http://schemas.microsoft.com/office/word/2010/wordprocessingGroup", "wpg"},
    {"http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments", "tc"},
    {"urn:oasis:names:tc:opendocument:xmlns:office:1.0", "office"},
    {"urn:oasis:names:tc:opendocument:xmlns:text:1.0", "text"},
    {"urn:oasis:names:tc:opendocument:xmlns:table:1.0", "table"},
    {"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0", "draw"},
    {"urn:oasis:names:tc:opendocument:xmlns:style:1.0", "style"},
    {"urn:oasis:names:tc:opendocument:xmlns:presentation:1.0", "presentation"},
    {"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0", "svg"},
    {"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0", "fo"},
    {"urn:oasis:names:tc:opendocument:xmlns:chart:1.0", "chart"},
    {"urn:oasis:names:tc:opendocument:xmlns:meta:1.0", "meta"},
    {"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0", "manifest"},
    {"http://www.w3.org/1999/xlink", "xlink"},
    {"http://www.w3.org/1998/Math/MathML", "math"},
    {"http://www.idpf.org/2007/opf", ""},
    {"urn:oasis:names:tc:opendocument:xmlns:container", ""},
};

// "schemas.openxmlformats.org/drawingml/2006/main" and "purl.oclc.org/ooxml/drawingml/main" are
// both "drawingml/main".
std::string OoxmlPath(std::string_view uri) {
  constexpr std::string_view kStrict = "http://purl.oclc.org/ooxml/";
  constexpr std::string_view kTransitional = "http://schemas.openxmlformats.org/";
  if (uri.starts_with(kStrict)) return std::string(uri.substr(kStrict.size()));
  if (!uri.starts_with(kTransitional)) return {};
  std::string path(uri.substr(kTransitional.size()));
  if (const size_t year = path.find("/2006/"); year != std::string::npos) path.erase(year, 5);
  return path;
}

// The prefix the readers use for a namespace, or nullptr for one they do not know.
const Namespace* Known(std::string_view uri) {
  if (const std::string path = OoxmlPath(uri); !path.empty()) {
    for (const Namespace& known : kOoxml) {
      if (known.uri == path) return &known;
    }
  }
  for (const Namespace& known : kOthers) {
    if (known.uri == uri) return &known;
  }
  return nullptr;
}

std::pair<std::string_view, std::string_view> Split(std::string_view name) {
  const size_t colon = name.find(':');
  if (colon == std::string_view::npos) return {{}, name};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

// Walks the tree without recursion, measures its depth and renames where the file's prefixes are
// not ours.
class Renamer {
 public:
  base::Result<> Run(Element root, std::string_view what) {
    Element node = root;
    while (node) {
      if (node.type() == pugi::node_element) Enter(node);
      if (depth_ > kMaxXmlDepth) {
        return Fail(Code::kTooLarge,
                    fmt::format("{}: elements are nested deeper than {}", what, kMaxXmlDepth));
      }
      if (const Element child = node.first_child()) {
        ++depth_;
        node = child;
        continue;
      }
      while (node && node != root && !node.next_sibling()) {
        node = node.parent();
        --depth_;
        Leave();
      }
      node = node == root ? Element() : node.next_sibling();
    }
    return {};
  }

 private:
  struct Binding {
    int depth;
    std::string from;
    std::string_view to;
    bool known;
  };

  void Enter(Element element) {
    Leave();
    for (const pugi::xml_attribute attribute : element.attributes()) {
      const auto [prefix, local] = Split(attribute.name());
      if (prefix != "xmlns" && std::string_view(attribute.name()) != "xmlns") continue;
      Bind(prefix == "xmlns" ? local : std::string_view(), attribute.value());
    }
    if (!needed_) return;
    if (const std::string name = Renamed(element.name()); !name.empty()) {
      element.set_name(name.c_str());
    }
    for (pugi::xml_attribute attribute : element.attributes()) {
      const std::string_view old = attribute.name();
      if (!old.contains(':') || old.starts_with("xmlns:")) continue;
      if (const std::string name = Renamed(old); !name.empty()) attribute.set_name(name.c_str());
    }
  }

  void Bind(std::string_view prefix, std::string_view uri) {
    const Namespace* known = Known(uri);
    const std::string_view to = known != nullptr ? known->prefix : prefix;
    if (to != prefix) needed_ = true;
    bindings_.push_back({depth_, std::string(prefix), to, known != nullptr});
  }

  // Bindings of elements that were left.
  void Leave() {
    while (!bindings_.empty() && bindings_.back().depth >= depth_) bindings_.pop_back();
  }

  // "" when the name stays as it is.
  std::string Renamed(std::string_view name) const {
    const auto [prefix, local] = Split(name);
    for (size_t i = bindings_.size(); i-- > 0;) {
      const Binding& binding = bindings_[i];
      if (binding.from != prefix) continue;
      if (!binding.known || binding.to == prefix) return {};
      return binding.to.empty() ? std::string(local) : fmt::format("{}:{}", binding.to, local);
    }
    return {};
  }

  std::vector<Binding> bindings_;
  int depth_ = 0;
  bool needed_ = false;  // some prefix differs from ours
};

// Encodings pugixml decodes are left to it; anything else is UTF-8, and mended where it is not, so
// that all text that comes out is valid.
std::string Mended(std::string text) {
  const std::string_view head = std::string_view(text).substr(0, 100);
  const bool utf16 = head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF") ||
                     head.substr(0, 2).contains('\0');
  const bool latin1 = head.contains("8859-1") || head.contains("latin1");
  return utf16 || latin1 || text::IsValidUtf8(text) ? text : text::Sanitise(text);
}

}  // namespace

base::Result<XmlDocument> XmlDocument::Parse(std::string text, std::string_view what, Space space) {
  XmlDocument document;
  document.text_ = std::make_unique<std::string>(Mended(std::move(text)));
  document.tree_ = std::make_unique<pugi::xml_document>();
  unsigned options =
      pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_embed_pcdata;
  if (space == Space::kKept) options |= pugi::parse_ws_pcdata;
  const pugi::xml_parse_result result =
      document.tree_->load_buffer_inplace(document.text_->data(), document.text_->size(), options);
  if (result.status == pugi::status_out_of_memory) throw std::bad_alloc();
  if (!result || !document.root()) {
    return Fail(Code::kDamaged, fmt::format("{} is not well-formed XML: {} at byte {}", what,
                                            result.description(), result.offset));
  }
  SI_TRY(Renamer().Run(document.root(), what));
  return document;
}

std::string_view LocalName(Element element) { return Split(element.name()).second; }

bool Is(Element element, std::string_view name) { return element.name() == name; }

Element Child(Element element, std::string_view name) {
  for (Element child : element.children()) {
    if (Is(child, name)) return child;
  }
  return {};
}

Element Descendant(Element element, std::string_view name) {
  Element found;
  ForEachBelow(element, [&](Element below) {
    if (!found && Is(below, name)) found = below;
    return !found;
  });
  return found;
}

std::string_view Attribute(Element element, std::string_view name) {
  for (const pugi::xml_attribute attribute : element.attributes()) {
    if (attribute.name() == name) return attribute.value();
  }
  return {};
}

bool HasAttribute(Element element, std::string_view name) {
  for (const pugi::xml_attribute attribute : element.attributes()) {
    if (attribute.name() == name) return true;
  }
  return false;
}

int64_t IntAttribute(Element element, std::string_view name, int64_t otherwise) {
  const std::string_view text = text::Strip(Attribute(element, name));
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : otherwise;
}

bool IsOn(Element element, std::string_view attribute) {
  if (!element) return false;
  if (!HasAttribute(element, attribute)) return true;
  const std::string_view value = Attribute(element, attribute);
  return value == "1" || value == "true" || value == "on";
}

std::string OwnText(Element element) {
  std::string text = element.value();  // embedded by the parser where it is all there is
  for (const Element child : element.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
      text += child.value();
    }
  }
  return text;
}

std::string AllText(Element element) {
  std::string text = element.value();
  for (const Element child : element.children()) {
    text += child.type() == pugi::node_element ? AllText(child) : std::string(child.value());
  }
  return text;
}

}  // namespace office
