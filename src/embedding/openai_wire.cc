// request: {"input": [text, …], "model": name, "encoding_format": "base64" | "float"}
// answer:  {"data": [{"index": n, "embedding": base64 of little-endian float32 | [number, …]}, …]}
#include "embedding/openai_wire.h"

#include <array>
#include <bit>
#include <boost/json.hpp>
#include <cstring>
#include <vector>

#include "embedding/unit_length.h"
#include "text/utf8.h"

namespace embedding {
namespace {

using base::Code;
using base::Fail;
using base::Result;
namespace json = boost::json;

static_assert(std::endian::native == std::endian::little, "base64 vectors are copied as they are");

constexpr size_t kErrorCharacters = 300;

std::unexpected<base::Error> Damaged(const std::string& what) {
  return Fail(Code::kDamaged, "the embedding service's answer " + what);
}

constexpr std::array<int8_t, 256> MakeBase64Values() {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  int8_t next = 0;
  for (const char c :
       std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")) {
    values[static_cast<uint8_t>(c)] = next++;
  }
  return values;
}
constexpr std::array<int8_t, 256> kBase64Values = MakeBase64Values();

// Decodes into exactly `out`; false when the text is not base64 or not of that size.
bool DecodeBase64(std::string_view text, std::span<uint8_t> out) {
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.size() * 3 / 4 != out.size()) return false;
  uint32_t bits = 0;
  int count = 0;
  size_t written = 0;
  for (const char c : text) {
    const int8_t value = kBase64Values[static_cast<uint8_t>(c)];
    if (value < 0) return false;
    bits = (bits << 6) | static_cast<uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    if (written == out.size()) return false;
    out[written++] = static_cast<uint8_t>(bits >> count);
  }
  return written == out.size();
}

Result<> ReadVector(const json::value& value, std::span<float> out) {
  if (value.is_string()) {
    std::vector<uint8_t> bytes(out.size_bytes());
    if (!DecodeBase64(value.get_string(), bytes)) {
      return Damaged("has a vector that is not base64 of " + std::to_string(out.size()) +
                     " numbers: is the configured dimension that of the model?");
    }
    std::memcpy(out.data(), bytes.data(), bytes.size());
  } else if (value.is_array()) {
    const json::array& numbers = value.get_array();
    if (numbers.size() != out.size()) {
      return Damaged("has vectors of " + std::to_string(numbers.size()) +
                     " numbers, configured are " + std::to_string(out.size()));
    }
    for (size_t i = 0; i < out.size(); ++i) {
      if (!numbers[i].is_number()) return Damaged("has a vector of other things than numbers");
      out[i] = static_cast<float>(numbers[i].to_number<double>());
    }
  } else {
    return Damaged("has no embedding in an entry of data");
  }
  if (!ToUnitLength(out)) return Damaged("has a vector without length");
  return {};
}

// The row an entry of data belongs to: its index, or its place when it has none.
Result<size_t> RowOf(const json::object& entry, size_t place, size_t rows) {
  const json::value* index = entry.if_contains("index");
  if (index == nullptr) return place;
  if (!index->is_int64() || index->get_int64() < 0 ||
      static_cast<size_t>(index->get_int64()) >= rows) {
    return Damaged("has an index that was not asked for");
  }
  return static_cast<size_t>(index->get_int64());
}

}  // namespace

std::string WriteOpenAiRequest(const OpenAiOptions& options, std::span<const std::string> texts) {
  json::array input;
  input.reserve(texts.size());
  for (const std::string& text : texts) input.emplace_back(text::Sanitise(text));
  const bool base64 = options.encoding == OpenAiOptions::Encoding::kBase64;
  return json::serialize(json::object{{"input", std::move(input)},
                                      {"model", options.model},
                                      {"encoding_format", base64 ? "base64" : "float"}});
}

Result<> ReadOpenAiAnswer(std::string_view body, size_t rows, size_t dimension,
                          std::span<float> out) {
  boost::system::error_code error;
  const json::value root = json::parse(body, error);
  if (error || !root.is_object()) return Damaged("is not a JSON object");
  const json::value* data = root.get_object().if_contains("data");
  if (data == nullptr || !data->is_array()) return Damaged("has no data");
  const json::array& entries = data->get_array();
  if (entries.size() != rows) {
    return Damaged("has " + std::to_string(entries.size()) + " vectors for " +
                   std::to_string(rows) + " texts");
  }
  std::vector<bool> seen(rows);
  for (size_t place = 0; place < rows; ++place) {
    if (!entries[place].is_object()) return Damaged("has an entry of data that is no object");
    const json::object& entry = entries[place].get_object();
    SI_ASSIGN(const size_t row, RowOf(entry, place, rows));
    if (seen[row]) return Damaged("has an index twice");
    seen[row] = true;
    const json::value* vector = entry.if_contains("embedding");
    SI_TRY(ReadVector(vector ? *vector : json::value(), out.subspan(row * dimension, dimension)));
  }
  return {};
}

std::string ReadOpenAiError(std::string_view body) {
  boost::system::error_code error;
  const json::value root = json::parse(body, error);
  std::string_view message = body;
  for (const char* path : {"/error/message", "/error", "/message", "/detail"}) {
    if (error) break;
    boost::system::error_code missing;
    const json::value* found = root.find_pointer(path, missing);
    if (found == nullptr || !found->is_string()) continue;
    message = found->get_string();
    break;
  }
  return text::Sanitise(text::Strip(message.substr(0, text::OffsetOf(message, kErrorCharacters))));
}

}  // namespace embedding
