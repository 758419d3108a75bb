// The grammar read here (ws: space, tab, CR, LF, FF):
//
//   document  = *( comment | declaration | instruction | end-tag | start-tag | text )
//   start-tag = "<" letter name-rest *( ws | "/" | attribute ) [ "/" ] ">"
//   attribute = name [ ws "=" ws ( '"' … '"' | "'" … "'" | unquoted ) ]
//   end-tag   = "</" letter … ">"            comment     = "<!--" … ( "-->" | "--!>" )
//   raw text  = after <script>, <style> (and <title>, <textarea> when closed) up to their end tag
//
// Whatever does not fit is text. A construct that the end of input cuts off is text too, except a
// comment, which hides the rest as it does in browsers.
#include "formats/html_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "formats/html_entities.h"

namespace formats {
namespace {

constexpr std::string_view kTagNames[] = {
    // clang-format off
    "#document", "#text", "#other",
    "a", "abbr", "address", "area", "article", "aside", "b", "base", "bdi", "bdo", "blockquote", "body", "br",
    "caption", "cite", "code", "col", "colgroup", "data", "dd", "del", "details", "dfn", "div", "dl", "dt", "em",
    "embed", "fieldset", "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head",
    "header", "hr", "html", "i", "img", "input", "ins", "kbd", "label", "li", "link", "main", "mark", "meta", "nav",
    "noscript", "ol", "p", "param", "pre", "q", "s", "samp", "script", "section", "signature", "small", "source",
    "span", "stamp", "strong", "style", "sub", "summary", "sup", "table", "tbody", "td", "template", "textarea", "tfoot", "th",
    "thead", "time", "title", "tr", "track", "u", "ul", "var", "wbr",
    // clang-format on
};
constexpr size_t kKnownTags = static_cast<size_t>(Tag::kCount);
static_assert(std::size(kTagNames) == kKnownTags);
static_assert(std::is_sorted(std::begin(kTagNames) + 3, std::end(kTagNames)));

constexpr TagSet kVoid = {Tag::kArea,  Tag::kBase,   Tag::kBr,    Tag::kCol,  Tag::kEmbed,
                          Tag::kHr,    Tag::kImg,    Tag::kInput, Tag::kLink, Tag::kMeta,
                          Tag::kParam, Tag::kSource, Tag::kTrack, Tag::kWbr};
// Void elements of old that have no rule of their own here.
constexpr std::array<std::string_view, 10> kOtherVoid = {
    "basefont", "bgsound", "command",  "frame",  "image",
    "isindex",  "keygen",  "menuitem", "nextid", "spacer"};

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string Lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), Lower);
  return out;
}

}  // namespace

std::string_view NameOf(Tag tag) { return kTagNames[static_cast<size_t>(tag)]; }

Tag TagOf(std::string_view name) {
  const auto* first = std::begin(kTagNames) + 3;
  const auto* it = std::lower_bound(first, std::end(kTagNames), name);
  if (it == std::end(kTagNames) || *it != name) return Tag::kOther;
  return static_cast<Tag>(it - std::begin(kTagNames));
}

// Reads the text once, front to back, and keeps the stack of open elements.
class HtmlTreeBuilder {
 public:
  HtmlTreeBuilder(std::string_view input, docling::DiagnosticSink& diagnostics)
      : input_(input), diagnostics_(diagnostics) {
    tree_.nodes_.emplace_back();
    open_.push_back({HtmlTree::kRoot, 0});
    for (size_t i = 0; i < kKnownTags; ++i) names_.emplace(kTagNames[i], i);
    open_count_.resize(kKnownTags);
  }

  base::Result<HtmlTree> Build() {
    while (at_ < input_.size()) {
      if (tree_.nodes_.size() > HtmlTree::kMaxNodes) {
        return base::Fail(base::Code::kTooLarge,
                          fmt::format("the HTML has more than {} nodes", HtmlTree::kMaxNodes));
      }
      if (open_.size() > HtmlTree::kRefusedDepth) {
        return base::Fail(
            base::Code::kTooLarge,
            fmt::format("the HTML is nested more than {} levels deep", HtmlTree::kRefusedDepth));
      }
      if (input_[at_] == '<' && ReadMarkup()) continue;
      ReadText();
    }
    FlushText();
    if (flattened_ > 0) {
      diagnostics_.Report({docling::Severity::kWarning,
                           fmt::format("{} elements nested deeper than {} levels were flattened",
                                       flattened_, HtmlTree::kMaxDepth),
                           "html"});
    }
    return std::move(tree_);
  }

 private:
  struct Open {
    NodeId node;
    size_t name;
  };

  // At '<'. False when it is no markup but text.
  bool ReadMarkup() {
    const std::string_view rest = input_.substr(at_);
    if (rest.size() < 2) return false;
    if (IsLetter(rest[1])) return ReadStartTag();
    if (rest[1] == '/') return ReadEndTag();
    if (rest.starts_with("<!--")) return ReadComment();
    if (rest.starts_with("<![CDATA[")) return SkipTo("]]>", 9) || SkipTo(">", 2);
    if (rest[1] == '!' || rest[1] == '?') return SkipTo(">", 2);
    return false;
  }

  // Skips to behind `end`, searched `from` bytes further on.
  bool SkipTo(std::string_view end, size_t from) {
    const size_t found = FindFrom(at_ + from, end);
    if (found == std::string_view::npos) return false;
    FlushText();
    at_ = found + end.size();
    return true;
  }

  // find() that remembers that there is no more of something, so that many unclosed constructs do
  // not each scan to the end.
  size_t FindFrom(size_t from, std::string_view what) {
    if (std::ranges::find(absent_, what) != absent_.end()) return std::string_view::npos;
    const size_t found = input_.find(what, from);
    if (found == std::string_view::npos) absent_.emplace_back(what);
    return found;
  }

  bool ReadComment() {
    FlushText();
    if (input_.substr(at_).starts_with("<!-->")) return Advance(5);
    if (input_.substr(at_).starts_with("<!--->")) return Advance(6);
    for (size_t dashes = at_ + 4; (dashes = FindFrom(dashes, "--")) != std::string_view::npos;) {
      size_t end = dashes + 2;
      if (end < input_.size() && input_[end] == '!') ++end;
      if (end < input_.size() && input_[end] == '>') {
        at_ = end + 1;
        return true;
      }
      ++dashes;
    }
    diagnostics_.Report({docling::Severity::kWarning,
                         fmt::format("a comment is never closed: {} bytes after it are not read",
                                     input_.size() - at_),
                         "html"});
    at_ = input_.size();
    return true;
  }

  bool Advance(size_t bytes) {
    at_ += bytes;
    return true;
  }

  bool ReadEndTag() {
    if (at_ + 2 >= input_.size()) return false;
    const size_t end = FindFrom(at_ + 2, ">");
    if (end == std::string_view::npos) return false;
    FlushText();
    const std::string_view inner = input_.substr(at_ + 2, end - at_ - 2);
    at_ = end + 1;
    if (inner.empty() || !IsLetter(inner[0])) return true;  // "</>" and "</3>" are bogus comments
    Close(NameId(Lowered(inner.substr(0, NameLength(inner)))));
    return true;
  }

  static size_t NameLength(std::string_view text) {
    size_t length = 0;
    while (length < text.size() && !IsSpace(text[length]) && text[length] != '/' &&
           text[length] != '>') {
      ++length;
    }
    return length;
  }

  bool ReadStartTag() {
    const size_t length = NameLength(input_.substr(at_ + 1));
    const std::string name = Lowered(input_.substr(at_ + 1, length));
    std::vector<HtmlAttribute> attributes;
    bool self_closed = false;
    size_t end = at_ + 1 + length;
    if (no_tag_end_ || !ReadAttributes(end, attributes, self_closed)) {
      no_tag_end_ = true;  // from here on no start tag is closed either: do not try each of them
      return false;
    }
    FlushText();
    at_ = end;
    OpenElement(name, std::move(attributes), self_closed);
    return true;
  }

  // From behind the name; `i` ends behind '>'. False when the input ends first.
  bool ReadAttributes(size_t& i, std::vector<HtmlAttribute>& out, bool& self_closed) {
    while (i < input_.size()) {
      const char c = input_[i];
      if (c == '>') {
        ++i;
        return true;
      }
      self_closed = c == '/' && i + 1 < input_.size() && input_[i + 1] == '>';
      if (c == '/' || IsSpace(c)) {
        ++i;
        continue;
      }
      if (!ReadAttribute(i, out)) return false;
    }
    return false;
  }

  bool ReadAttribute(size_t& i, std::vector<HtmlAttribute>& out) {
    const size_t start = i++;  // a leading '=' belongs to the name
    while (i < input_.size() && !IsSpace(input_[i]) && input_[i] != '/' && input_[i] != '>' &&
           input_[i] != '=') {
      ++i;
    }
    HtmlAttribute attribute{Lowered(input_.substr(start, i - start)), {}};
    size_t look = SkipSpace(i);
    if (look < input_.size() && input_[look] == '=') {
      i = SkipSpace(look + 1);
      if (!ReadValue(i, attribute.value)) return false;
    }
    out.push_back(std::move(attribute));
    return true;
  }

  size_t SkipSpace(size_t i) const {
    while (i < input_.size() && IsSpace(input_[i])) ++i;
    return i;
  }

  bool ReadValue(size_t& i, std::string& value) {
    if (i >= input_.size()) return false;
    const char quote = input_[i];
    if (quote == '"' || quote == '\'') {
      const size_t end = FindFrom(i + 1, quote == '"' ? "\"" : "'");
      if (end != std::string_view::npos) {
        value = Unescape(input_.substr(i + 1, end - i - 1));
        i = end + 1;
        return true;
      }
    }
    const size_t start = i;
    while (i < input_.size() && !IsSpace(input_[i]) && input_[i] != '>') ++i;
    value = Unescape(input_.substr(start, i - start));
    return true;
  }

  void OpenElement(const std::string& name, std::vector<HtmlAttribute> attributes,
                   bool self_closed) {
    const size_t name_id = NameId(name);
    const Tag tag = name_id < kKnownTags ? static_cast<Tag>(name_id) : Tag::kOther;
    const NodeId node = tree_.Add(tag);
    tree_.nodes_[node].attributes = std::move(attributes);
    tree_.Append(Current(), node);
    if (self_closed || kVoid.Has(tag) || std::ranges::count(kOtherVoid, name) > 0) return;
    open_.push_back({node, name_id});
    ++open_count_[name_id];
    if (open_.size() > HtmlTree::kMaxDepth) ++flattened_;
    if (tag == Tag::kPre || tag == Tag::kTextarea) ++preserving_;
    if (tag == Tag::kScript || tag == Tag::kStyle) ReadRaw(name, name_id, false);
    if (tag == Tag::kTitle || tag == Tag::kTextarea) ReadRaw(name, name_id, true);
  }

  // The content of an element that has no markup inside, and its end tag. A title or textarea that
  // is never closed is read as an ordinary element instead of swallowing the document.
  void ReadRaw(const std::string& name, size_t name_id, bool references) {
    const size_t end = FindEndTag(name);
    if (end == std::string_view::npos && references) return;
    const size_t stop = std::min(end, input_.size());
    while (at_ < stop) {
      if (references && input_[at_] == '&') {
        ReadReference();
      } else {
        text_ += input_[at_++];
      }
    }
    FlushText();
    const size_t close = FindFrom(at_, ">");
    at_ = close == std::string_view::npos ? input_.size() : close + 1;
    Close(name_id);
  }

  size_t FindEndTag(const std::string& name) {
    const std::string key = "</" + name;
    if (std::ranges::find(absent_, key) != absent_.end()) return std::string_view::npos;
    for (size_t i = at_; (i = input_.find("</", i)) != std::string_view::npos; i += 2) {
      const std::string_view rest = input_.substr(i, key.size() + 1);
      if (Lowered(rest.substr(0, key.size())) != key) continue;
      if (rest.size() == key.size() || !IsLetter(rest.back())) return i;
    }
    absent_.push_back(key);
    return std::string_view::npos;
  }

  size_t NameId(const std::string& name) {
    const auto [it, added] = names_.emplace(name, names_.size());
    if (added) open_count_.resize(names_.size());
    return it->second;
  }

  // The node that content goes to now: not deeper than kMaxDepth.
  NodeId Current() const { return open_[std::min(open_.size() - 1, HtmlTree::kMaxDepth)].node; }

  void Close(size_t name_id) {
    if (open_count_[name_id] == 0) return;
    while (true) {
      const Open closed = open_.back();
      open_.pop_back();
      --open_count_[closed.name];
      const Tag tag = tree_[closed.node].tag;
      if (tag == Tag::kPre || tag == Tag::kTextarea) --preserving_;
      if (closed.name == name_id) return;
    }
  }

  void ReadText() {
    if (input_[at_] == '&') return ReadReference();
    const size_t start = at_++;
    while (at_ < input_.size() && input_[at_] != '<' && input_[at_] != '&') ++at_;
    text_ += input_.substr(start, at_ - start);
  }

  void ReadReference() {
    const size_t taken = DecodeReference(input_, at_, text_);
    if (taken == 0) text_ += '&';
    at_ += std::max<size_t>(taken, 1);
  }

  void FlushText() {
    if (text_.empty()) return;
    if (preserving_ == 0 && std::ranges::all_of(text_, IsSpace)) {
      text_ = text_.find('\n') != std::string::npos ? "\n" : " ";
    }
    const NodeId node = tree_.Add(Tag::kText);
    tree_.nodes_[node].text = std::exchange(text_, {});
    tree_.Append(Current(), node);
  }

  std::string_view input_;
  docling::DiagnosticSink& diagnostics_;
  size_t at_ = 0;
  std::string text_;  // of the text node being collected
  HtmlTree tree_;
  std::vector<Open> open_;
  std::unordered_map<std::string, size_t> names_;  // known tags have their Tag as id
  std::vector<uint32_t> open_count_;               // by name id
  std::vector<std::string> absent_;                // searched and not found before the end
  size_t preserving_ = 0;                          // open pre and textarea elements
  size_t flattened_ = 0;
  bool no_tag_end_ = false;
};

base::Result<HtmlTree> HtmlTree::Parse(std::string_view utf8,
                                       docling::DiagnosticSink& diagnostics) {
  return HtmlTreeBuilder(utf8, diagnostics).Build();
}

const std::string* HtmlTree::Attribute(NodeId id, std::string_view name) const {
  const std::string* value = nullptr;
  for (const HtmlAttribute& attribute : nodes_[id].attributes) {
    if (attribute.name == name) value = &attribute.value;
  }
  return value;
}

NodeId HtmlTree::Next(NodeId id, NodeId root, bool skip_children) const {
  if (!skip_children && nodes_[id].first_child != kNoNode) return nodes_[id].first_child;
  while (id != root) {
    if (nodes_[id].next != kNoNode) return nodes_[id].next;
    id = nodes_[id].parent;
  }
  return kNoNode;
}

NodeId HtmlTree::Find(NodeId root, Tag tag) const {
  for (NodeId id = Next(root, root); id != kNoNode; id = Next(id, root)) {
    if (nodes_[id].tag == tag) return id;
  }
  return kNoNode;
}

bool HtmlTree::Inside(NodeId id, Tag tag) const {
  for (id = nodes_[id].parent; id != kNoNode; id = nodes_[id].parent) {
    if (nodes_[id].tag == tag) return true;
  }
  return false;
}

NodeId HtmlTree::Add(Tag tag) {
  nodes_.emplace_back().tag = tag;
  return static_cast<NodeId>(nodes_.size() - 1);
}

void HtmlTree::Append(NodeId parent, NodeId child) {
  HtmlNode& node = nodes_[child];
  node.parent = parent;
  node.previous = nodes_[parent].last_child;
  node.next = kNoNode;
  (node.previous == kNoNode ? nodes_[parent].first_child : nodes_[node.previous].next) = child;
  nodes_[parent].last_child = child;
}

void HtmlTree::InsertBefore(NodeId sibling, NodeId node) {
  HtmlNode& inserted = nodes_[node];
  inserted.parent = nodes_[sibling].parent;
  inserted.previous = nodes_[sibling].previous;
  inserted.next = sibling;
  (inserted.previous == kNoNode ? nodes_[inserted.parent].first_child
                                : nodes_[inserted.previous].next) = node;
  nodes_[sibling].previous = node;
}

void HtmlTree::Detach(NodeId id) {
  HtmlNode& node = nodes_[id];
  if (node.parent == kNoNode) return;
  (node.previous == kNoNode ? nodes_[node.parent].first_child : nodes_[node.previous].next) =
      node.next;
  (node.next == kNoNode ? nodes_[node.parent].last_child : nodes_[node.next].previous) =
      node.previous;
  node.parent = node.previous = node.next = kNoNode;
}

void HtmlTree::MergeText(NodeId to, NodeId from) {
  nodes_[to].text += std::exchange(nodes_[from].text, {});
  Detach(from);
}

void HtmlTree::MakeText(NodeId id, std::string text) {
  nodes_[id].tag = Tag::kText;
  nodes_[id].text = std::move(text);
}

}  // namespace formats
