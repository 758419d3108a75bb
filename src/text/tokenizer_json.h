// TokenizerJson: typed reading of a `tokenizer.json` (the file of the `tokenizers` package).
// Outside bytes: every question can fail with kDamaged.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "text/added_tokens.h"

namespace text {

// Paths are JSON pointers ("/model/type"). Not thread-safe, movable.
class TokenizerJson {
 public:
  static base::Result<TokenizerJson> Parse(std::string_view content);
  ~TokenizerJson();
  TokenizerJson(TokenizerJson&&) noexcept;
  TokenizerJson& operator=(TokenizerJson&&) noexcept;

  base::Result<std::string> String(const std::string& path) const;
  // The fallback when the value is absent, null or of another type.
  bool Bool(const std::string& path, bool fallback) const;
  base::Result<size_t> Size(const std::string& path, size_t fallback) const;
  // True when there is a value other than null.
  bool Has(const std::string& path) const;
  // Elements of an array; 0 when there is none.
  size_t Length(const std::string& path) const;

  // /model/vocab as (token, id).
  base::Result<std::vector<std::pair<std::string, int32_t>>> Vocab() const;
  // /model/merges, in both forms the package writes ("a b" and ["a", "b"]).
  base::Result<std::vector<std::pair<std::string, std::string>>> Merges() const;

  // kRaw: matched before normalisation; kNormalised: after it.
  enum class AddedKind { kAll, kRaw, kNormalised };
  base::Result<std::vector<AddedToken>> Added(AddedKind kind) const;

 private:
  struct State;
  explicit TokenizerJson(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace text
