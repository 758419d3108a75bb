#include "workflow/yaml_node.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "text/utf8.h"

namespace workflow {
namespace {

using Kind = YamlNode::Kind;

// Leaves yaml-cpp's parser from inside a callback; caught in ReadYaml, never seen outside.
struct Refusal : std::runtime_error {
  Refusal(base::Code c, int line, const std::string& what)
      : std::runtime_error("line " + std::to_string(line) + ": " + what), code(c) {}
  base::Code code;
};

bool OneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

// null and bool of YAML 1.1, the version that users' existing files were written for.
bool ResolveWord(YamlNode& node) {
  if (OneOf(node.text, {"", "~", "null", "Null", "NULL"})) {
    node.kind = Kind::kNull;
    return true;
  }
  const bool yes =
      OneOf(node.text, {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"});
  const bool no =
      OneOf(node.text, {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"});
  if (!yes && !no) return false;
  node.kind = Kind::kBool;
  node.boolean = yes;
  return true;
}

bool ResolveNumber(YamlNode& node) {
  std::string_view digits = node.text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.empty() || digits.find_first_not_of("0123456789+-.eE") != std::string_view::npos) {
    return false;
  }
  const char* const end = digits.data() + digits.size();
  if (std::from_chars(digits.data(), end, node.integer).ptr == end) {
    node.kind = Kind::kInt;
    node.number = static_cast<double>(node.integer);
    return true;
  }
  const auto [stop, error] = std::from_chars(digits.data(), end, node.number);
  if (stop != end || error != std::errc() || digits.find('.') == std::string_view::npos) {
    return false;  // "1e5" is a string in YAML 1.1
  }
  node.kind = Kind::kFloat;
  return true;
}

// Turns yaml-cpp's events into the tree; aliases are expanded by copying and charged in full.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const YamlLimits& limits, std::vector<std::string>& warnings)
      : limits_(limits), warnings_(warnings) {}

  std::optional<YamlNode> root() && { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Finish(At(mark, Kind::kNull), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node = At(mark, Kind::kString);
    node.text = value;
    if (!text::IsValidUtf8(value)) {  // yaml-cpp makes single bytes of the escapes \_ and \N
      throw Refusal(base::Code::kInvalidArgument, node.line, "an escape that is not supported");
    }
    const bool plain = tag == "?" || tag.empty();
    if (plain && !ResolveWord(node)) ResolveNumber(node);
    Finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) {
      throw Refusal(base::Code::kInvalidArgument, mark.line + 1, "an alias refers to itself");
    }
    ChargeTree(known->second);
    Finish(YamlNode(known->second), 0, /*charged=*/true);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(At(mark, Kind::kList), anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(At(mark, Kind::kMap), anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapEnd() override { Close(); }

 private:
  struct Frame {
    YamlNode node;
    YAML::anchor_t anchor;
    std::optional<std::string> key;  // of the value that comes next (maps)
  };

  static YamlNode At(const YAML::Mark& mark, Kind kind) {
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    return node;
  }

  void Charge(const YamlNode& node) {
    bytes_ += node.text.size();
    if (++nodes_ > limits_.nodes || bytes_ > limits_.expanded_bytes) {
      throw Refusal(base::Code::kTooLarge, node.line,
                    "too many values (aliases count each time they are used)");
    }
  }
  void ChargeTree(const YamlNode& node) {
    Charge(node);
    for (const auto& item : node.items) ChargeTree(item);
    for (const auto& [key, value] : node.fields) {
      bytes_ += key.size();
      ChargeTree(value);
    }
  }

  void Open(YamlNode node, YAML::anchor_t anchor) {
    if (static_cast<int>(open_.size()) >= limits_.depth) {
      throw Refusal(base::Code::kTooLarge, node.line,
                    "nested deeper than " + std::to_string(limits_.depth) + " levels");
    }
    Charge(node);
    open_.push_back({std::move(node), anchor, std::nullopt});
  }

  void Close() {
    Frame frame = std::move(open_.back());
    open_.pop_back();
    if (frame.node.kind == Kind::kMap) Merge(frame.node);
    Finish(std::move(frame.node), frame.anchor, /*charged=*/true);
  }

  void Finish(YamlNode node, YAML::anchor_t anchor, bool charged = false) {
    if (!charged) Charge(node);
    if (anchor != 0) {
      ChargeTree(node);  // the copy kept for later aliases costs as much
      anchors_.insert_or_assign(anchor, node);
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& parent = open_.back();
    if (parent.node.kind == Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      TakeKey(parent, node);
    } else {
      AddField(parent.node, *std::exchange(parent.key, std::nullopt), std::move(node));
    }
  }

  static void TakeKey(Frame& parent, YamlNode& node) {
    if (!node.scalar()) {
      throw Refusal(base::Code::kInvalidArgument, node.line, "a key must be plain text");
    }
    parent.key = std::move(node.text);
  }

  void AddField(YamlNode& map, std::string key, YamlNode value) {
    const auto same = std::ranges::find(map.fields, key, &YamlField::key);
    if (same == map.fields.end()) {
      map.fields.push_back({std::move(key), std::move(value)});
      return;
    }
    warnings_.push_back("line " + std::to_string(value.line) + ": '" + key +
                        "' is given twice, the last value counts");
    same->value = std::move(value);
  }

  // `<<: *base` (or a list of them): keys that the map does not have itself.
  static void Merge(YamlNode& map) {
    const auto at = std::ranges::find(map.fields, "<<", &YamlField::key);
    if (at == map.fields.end()) return;
    const YamlNode source = std::move(at->value);
    map.fields.erase(at);
    const auto add = [&map](const YamlNode& from) {
      for (const auto& [key, value] : from.fields) {
        if (map.Find(key) == nullptr) map.fields.push_back({key, value});
      }
    };
    add(source);
    for (const auto& item : source.items) add(item);
  }

  const YamlLimits limits_;
  std::vector<std::string>& warnings_;
  std::vector<Frame> open_;
  std::map<YAML::anchor_t, YamlNode> anchors_;
  std::optional<YamlNode> root_;
  size_t nodes_ = 0;
  size_t bytes_ = 0;
};

base::Result<YamlNode> Parse(std::string_view text, std::vector<std::string>& warnings,
                             const YamlLimits& limits) {
  std::istringstream in{std::string(text)};
  YAML::Parser parser(in);
  TreeBuilder builder(limits, warnings);
  if (!parser.HandleNextDocument(builder)) {
    return base::Fail(base::Code::kInvalidArgument, "the YAML text is empty");
  }
  std::vector<std::string> ignored;
  TreeBuilder rest(limits, ignored);
  if (parser.HandleNextDocument(rest)) {
    return base::Fail(base::Code::kInvalidArgument,
                      "one YAML document is expected, not several ('---')");
  }
  std::optional<YamlNode> root = std::move(builder).root();
  if (!root) return base::Fail(base::Code::kInvalidArgument, "the YAML text is empty");
  return std::move(*root);
}

}  // namespace

YamlNode::YamlNode() = default;
YamlNode::~YamlNode() = default;
YamlNode::YamlNode(const YamlNode&) = default;
YamlNode::YamlNode(YamlNode&&) noexcept = default;
YamlNode& YamlNode::operator=(const YamlNode&) = default;
YamlNode& YamlNode::operator=(YamlNode&&) noexcept = default;

const YamlNode* YamlNode::Find(std::string_view key) const {
  const auto at = std::ranges::find(fields, key, &YamlField::key);
  return at == fields.end() ? nullptr : &at->value;
}

base::Result<YamlNode> ReadYaml(std::string_view text, std::vector<std::string>& warnings,
                                const YamlLimits& limits) {
  if (text.size() > limits.bytes) {
    return base::Fail(base::Code::kTooLarge,
                      "the YAML text has more than " + std::to_string(limits.bytes) + " bytes");
  }
  if (text.find('\0') != std::string_view::npos || !text::IsValidUtf8(text)) {
    return base::Fail(base::Code::kInvalidArgument, "the YAML text is not UTF-8");
  }
  try {
    return Parse(text, warnings, limits);
  } catch (const Refusal& refusal) {
    return base::Fail(refusal.code, refusal.what());
  } catch (const YAML::Exception& e) {
    return base::Fail(base::Code::kInvalidArgument,
                      "not valid YAML: line " + std::to_string(e.mark.line + 1) + ": " + e.msg);
  } catch (const std::exception& e) {
    return base::Fail(base::Code::kInvalidArgument, std::string("not valid YAML: ") + e.what());
  }
}

boost::json::value ToJson(const YamlNode& node) {
  switch (node.kind) {
    case Kind::kNull:
      return nullptr;
    case Kind::kBool:
      return node.boolean;
    case Kind::kInt:
      return node.integer;
    case Kind::kFloat:
      return std::isfinite(node.number) ? boost::json::value(node.number)
                                        : boost::json::value(node.text);
    case Kind::kString:
      return boost::json::value(node.text);
    case Kind::kList: {
      boost::json::array list;
      for (const auto& item : node.items) list.push_back(ToJson(item));
      return list;
    }
    case Kind::kMap: {
      boost::json::object map;
      for (const auto& [key, value] : node.fields) map.emplace(key, ToJson(value));
      return map;
    }
  }
  return nullptr;
}

std::string_view KindName(Kind kind) {
  constexpr std::string_view kNames[] = {"nothing",  "true/false", "a whole number", "a number",
                                         "a string", "a list",     "a map"};
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace workflow
