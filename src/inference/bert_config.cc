#include "inference/bert_config.h"

#include <boost/json.hpp>
#include <string>

namespace inference {
namespace {

using base::Code;
using base::Fail;
using base::Result;
namespace json = boost::json;

Result<size_t> SizeOf(const json::object& object, std::string_view name, size_t limit) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64() || value->get_int64() < 1 ||
      static_cast<size_t>(value->get_int64()) > limit) {
    return Fail(Code::kDamaged, "config.json: '" + std::string(name) +
                                    "' is not a number from 1 to " + std::to_string(limit));
  }
  return static_cast<size_t>(value->get_int64());
}

// kUnsupported unless `name` is absent or has the expected text.
Result<> Expect(const json::object& object, std::string_view name, std::string_view expected) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || (value->is_string() && value->get_string() == expected)) return {};
  return Fail(Code::kUnsupported, "config.json: only " + std::string(name) + " '" +
                                      std::string(expected) + "' is supported, not " +
                                      json::serialize(*value));
}

}  // namespace

Result<BertConfig> ParseBertConfig(std::string_view text) {
  boost::system::error_code error;
  const json::value root = json::parse(text, error);
  if (error || !root.is_object()) return Fail(Code::kDamaged, "config.json: not a JSON object");
  const json::object& object = root.get_object();
  SI_TRY(Expect(object, "model_type", "bert"));
  SI_TRY(Expect(object, "hidden_act", "gelu"));
  SI_TRY(Expect(object, "position_embedding_type", "absolute"));
  BertConfig config;
  SI_ASSIGN(config.layers, SizeOf(object, "num_hidden_layers", 96));
  SI_ASSIGN(config.heads, SizeOf(object, "num_attention_heads", 128));
  SI_ASSIGN(config.width, SizeOf(object, "hidden_size", 8192));
  SI_ASSIGN(config.inner_width, SizeOf(object, "intermediate_size", 65536));
  SI_ASSIGN(config.vocab, SizeOf(object, "vocab_size", 1 << 20));
  SI_ASSIGN(config.positions, SizeOf(object, "max_position_embeddings", 65536));
  SI_ASSIGN(config.types, SizeOf(object, "type_vocab_size", 16));
  if (config.width % config.heads != 0) {
    return Fail(Code::kDamaged, "config.json: hidden_size is not a multiple of the heads");
  }
  if (const json::value* epsilon = object.if_contains("layer_norm_eps")) {
    if (!epsilon->is_double() || epsilon->get_double() <= 0 || epsilon->get_double() > 0.1) {
      return Fail(Code::kDamaged, "config.json: layer_norm_eps is not a small positive number");
    }
    config.epsilon = epsilon->get_double();
  }
  return config;
}

}  // namespace inference
