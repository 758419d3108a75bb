// Which intent was the newest for each document: an older one is refused. Private to vectors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/guarded.h"
#include "base/result.h"

namespace vectors {

// Thread-safe. Forgets all when it has seen kMost documents: what it guards against, a worker that
// comes back from the dead, happens within minutes.
class Intents {
 public:
  // kStale when a newer intent for the document was admitted before. Intent 0 is not checked.
  base::Result<> Admit(std::string_view database, const std::string& document_id, int64_t intent) {
    if (intent == 0) return {};
    const std::string key = std::string(database) + '\n' + document_id;
    return newest_.With([&](std::unordered_map<std::string, int64_t>& newest) -> base::Result<> {
      if (newest.size() >= kMost) newest.clear();
      int64_t& seen = newest[key];
      if (intent < seen) {
        return base::Fail(base::Code::kStale,
                          "document " + document_id + " was changed by a newer attempt already");
      }
      seen = intent;
      return {};
    });
  }

 private:
  static constexpr size_t kMost = 200'000;
  base::Guarded<std::unordered_map<std::string, int64_t>> newest_;
};

}  // namespace vectors
