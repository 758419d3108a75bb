#include "text/tokenizer_json.h"

#include <boost/json.hpp>

namespace text {
namespace {

using base::Code;
using base::Fail;
using base::Result;
namespace json = boost::json;

constexpr int64_t kMaxId = 1 << 24;

std::unexpected<base::Error> Damaged(const std::string& what) {
  return Fail(Code::kDamaged, "tokenizer.json: " + what);
}

Result<int32_t> Id(const json::value& value) {
  const auto* id = value.if_int64();
  if (id == nullptr || *id < 0 || *id >= kMaxId) return Damaged("a token id is not a small number");
  return static_cast<int32_t>(*id);
}

// One element of /model/merges.
Result<std::pair<std::string, std::string>> Merge(const json::value& value) {
  if (const auto* text = value.if_string()) {
    const std::string_view both(*text);
    const size_t blank = both.find(' ');
    if (blank != std::string_view::npos && blank > 0 && blank + 1 < both.size()) {
      return std::pair{std::string(both.substr(0, blank)), std::string(both.substr(blank + 1))};
    }
  } else if (const auto* pair = value.if_array(); pair != nullptr && pair->size() == 2 &&
                                                  (*pair)[0].is_string() &&
                                                  (*pair)[1].is_string()) {
    return std::pair{std::string(std::string_view((*pair)[0].get_string())),
                     std::string(std::string_view((*pair)[1].get_string()))};
  }
  return Damaged("an entry of model.merges is not a pair");
}

bool Flag(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

Result<AddedToken> OneAdded(const json::object& object) {
  const auto* id = object.if_contains("id");
  const auto* content = object.if_contains("content");
  if (id == nullptr || content == nullptr || !content->is_string() ||
      content->get_string().empty()) {
    return Damaged("an added token lacks id or content");
  }
  AddedToken token;
  SI_ASSIGN(token.id, Id(*id));
  token.content = std::string_view(content->get_string());
  token.strip_left = Flag(object, "lstrip");
  token.strip_right = Flag(object, "rstrip");
  if (Flag(object, "single_word")) {
    return Fail(Code::kUnsupported, "tokenizer.json: single_word of the added token '" +
                                        token.content + "' is not supported");
  }
  return token;
}

}  // namespace

struct TokenizerJson::State {
  json::value root;

  const json::value* At(const std::string& path) const {
    boost::system::error_code error;
    return root.find_pointer(path, error);
  }
};

TokenizerJson::TokenizerJson(std::unique_ptr<State> state) : state_(std::move(state)) {}
TokenizerJson::~TokenizerJson() = default;
TokenizerJson::TokenizerJson(TokenizerJson&&) noexcept = default;
TokenizerJson& TokenizerJson::operator=(TokenizerJson&&) noexcept = default;

Result<TokenizerJson> TokenizerJson::Parse(std::string_view content) {
  boost::system::error_code error;
  auto state = std::make_unique<State>();
  state->root = json::parse(content, error);
  if (error) return Damaged("not JSON: " + error.message());
  if (!state->root.is_object()) return Damaged("not a JSON object");
  return TokenizerJson(std::move(state));
}

Result<std::string> TokenizerJson::String(const std::string& path) const {
  const json::value* value = state_->At(path);
  if (value == nullptr || !value->is_string()) return Damaged("no text at " + path);
  return std::string(std::string_view(value->get_string()));
}

bool TokenizerJson::Bool(const std::string& path, bool fallback) const {
  const json::value* value = state_->At(path);
  return value != nullptr && value->is_bool() ? value->get_bool() : fallback;
}

Result<size_t> TokenizerJson::Size(const std::string& path, size_t fallback) const {
  const json::value* value = state_->At(path);
  if (value == nullptr || value->is_null()) return fallback;
  if (!value->is_int64() || value->get_int64() < 0) return Damaged("no count at " + path);
  return static_cast<size_t>(value->get_int64());
}

bool TokenizerJson::Has(const std::string& path) const {
  const json::value* value = state_->At(path);
  return value != nullptr && !value->is_null();
}

size_t TokenizerJson::Length(const std::string& path) const {
  const json::value* value = state_->At(path);
  return value != nullptr && value->is_array() ? value->get_array().size() : 0;
}

Result<std::vector<std::pair<std::string, int32_t>>> TokenizerJson::Vocab() const {
  const json::value* vocab = state_->At("/model/vocab");
  if (vocab == nullptr || !vocab->is_object()) return Damaged("no model.vocab");
  std::vector<std::pair<std::string, int32_t>> out;
  out.reserve(vocab->get_object().size());
  for (const auto& [token, value] : vocab->get_object()) {
    SI_ASSIGN(const int32_t id, Id(value));
    out.emplace_back(token, id);
  }
  return out;
}

Result<std::vector<std::pair<std::string, std::string>>> TokenizerJson::Merges() const {
  const json::value* merges = state_->At("/model/merges");
  if (merges == nullptr || !merges->is_array()) return Damaged("no model.merges");
  std::vector<std::pair<std::string, std::string>> out;
  out.reserve(merges->get_array().size());
  for (const json::value& value : merges->get_array()) {
    SI_ASSIGN(auto pair, Merge(value));
    out.push_back(std::move(pair));
  }
  return out;
}

Result<std::vector<AddedToken>> TokenizerJson::Added(AddedKind kind) const {
  std::vector<AddedToken> out;
  const json::value* tokens = state_->At("/added_tokens");
  if (tokens == nullptr || tokens->is_null()) return out;
  if (!tokens->is_array()) return Damaged("added_tokens is not an array");
  for (const json::value& value : tokens->get_array()) {
    if (!value.is_object()) return Damaged("an added token is not an object");
    const bool normalised = Flag(value.get_object(), "normalized");
    if (kind != AddedKind::kAll && normalised != (kind == AddedKind::kNormalised)) continue;
    SI_ASSIGN(AddedToken token, OneAdded(value.get_object()));
    out.push_back(std::move(token));
  }
  return out;
}

}  // namespace text
