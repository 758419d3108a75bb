// Answers kept for clients that repeat a request with the same Idempotency-Key. Table
// idempotencykey.
//
//   request = Reserve ( Keep | Release )
//
// A key belongs to the user who sent it and to one request, known by its fingerprint.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"

namespace records {

// Who asks, and what.
struct KeyedRequest {
  std::string user;  // "" when nobody is asked for a name
  std::string key;
  std::string fingerprint;
};

struct KeptAnswer {
  int64_t status = 0;
  std::string content_type;
  std::string body;

  bool operator==(const KeptAnswer&) const = default;
};

// What a key stands for at the moment of asking.
struct Reservation {
  enum class State {
    kNew,      // reserved just now: carry the request out, then Keep or Release
    kRunning,  // the same request is being carried out
    kKept,     // the same request was answered: `answer`
    kOther,    // another request was sent with the key
  };
  State state = State::kNew;
  std::optional<KeptAnswer> answer;
};

// All functions run in the caller's transaction.
class IdempotencyKeys {
 public:
  static base::Result<Reservation> Reserve(sql::Tx& tx, const KeyedRequest& request, base::Time now,
                                           base::Time expires);
  static base::Result<> Keep(sql::Tx& tx, const KeyedRequest& request, const KeptAnswer& answer);
  // Nothing came of the request: the key is free again.
  static base::Result<> Release(sql::Tx& tx, const KeyedRequest& request);
  // Keys whose request a dead process was carrying out are free again.
  static base::Result<> ReleaseRunning(sql::Tx& tx);
  static base::Result<> Prune(sql::Tx& tx, base::Time now);
};

}  // namespace records
