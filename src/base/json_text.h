// JSON kept as the text it is: what we store and hand on without looking inside (doc_meta,
// status_meta, run_params …). Headers that carry such a field need no JSON library.
#pragma once

#include <string>

namespace base {

// Always valid JSON, an object unless said otherwise. Whoever takes text from outside checks it
// first (reflect::CheckJsonObject).
struct JsonText {
  std::string text = "{}";

  bool operator==(const JsonText&) const = default;
};

}  // namespace base
