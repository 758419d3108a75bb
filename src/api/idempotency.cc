#include "api/idempotency.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/hash.h"
#include "records/idempotency_keys.h"

namespace api {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using http::Handler;
using http::Request;
using http::Response;
using records::IdempotencyKeys;
using records::KeyedRequest;
using records::Reservation;

constexpr const char* kHeader = "Idempotency-Key";
constexpr size_t kLongestKey = 255;
constexpr size_t kLargestAnswer = 1 << 20;
constexpr base::Duration kLifetime = std::chrono::hours(24);

Result<> CheckKey(std::string_view key) {
  const bool visible = std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7f; });
  if (!key.empty() && key.size() <= kLongestKey && visible) return {};
  return Fail(Code::kInvalidArgument,
              fmt::format("{} must be 1 to {} visible ASCII characters", kHeader, kLongestKey));
}

// Texts one after the other, so that no two lists of texts look the same.
class Fingerprint {
 public:
  void Add(std::string_view text) {
    hasher_.Update(fmt::format("{}:", text.size()));
    hasher_.Update(text);
  }
  // In an order that does not depend on how the client wrote them.
  void Add(http::Pairs pairs) {
    std::ranges::sort(pairs);
    Add(std::to_string(pairs.size()));
    for (const auto& [name, value] : pairs) {
      Add(name);
      Add(value);
    }
  }
  std::string Finish() { return hasher_.FinishHex(); }

 private:
  base::Hasher hasher_{base::HashKind::kSha256};
};

Result<std::string> FingerprintOf(const Request& request) {
  Fingerprint fingerprint;
  fingerprint.Add(http::Name(request.method));
  std::string_view path = request.path;
  if (path.ends_with('/')) path.remove_suffix(1);
  fingerprint.Add(path);
  fingerprint.Add(request.query);
  fingerprint.Add(request.form);
  fingerprint.Add(request.body);
  for (const http::UploadedFile& file : request.files) {
    const std::string digest = file.sink ? file.sink->Digest() : "";
    if (digest.empty()) return Fail(Code::kInternal, "an uploaded file has no digest");
    fingerprint.Add(file.field);
    fingerprint.Add(file.filename);
    fingerprint.Add(digest);
  }
  return fingerprint.Finish();
}

// Frees the key unless the answer was kept, also when the handler does not return.
class HeldKey {
 public:
  HeldKey(sql::Database& database, const KeyedRequest& request)
      : database_(database), request_(request) {}
  ~HeldKey() {
    if (kept_) return;
    (void)database_.Write([&](sql::Tx& tx) { return IdempotencyKeys::Release(tx, request_); });
  }
  HeldKey(const HeldKey&) = delete;
  HeldKey& operator=(const HeldKey&) = delete;

  void Keep(const Response& response) {
    const records::KeptAnswer answer{
        .status = response.status, .content_type = response.content_type, .body = response.body};
    kept_ =
        database_.Write([&](sql::Tx& tx) { return IdempotencyKeys::Keep(tx, request_, answer); })
            .has_value();
  }

 private:
  sql::Database& database_;
  const KeyedRequest& request_;
  bool kept_ = false;
};

Response Replay(const records::KeptAnswer& answer) {
  Response response;
  response.status = static_cast<int>(answer.status);
  response.content_type = answer.content_type;
  response.body = answer.body;
  response.headers.Add("Idempotent-Replayed", "true");
  return response;
}

// What a key that is not new is answered with.
Response Refuse(const Reservation& reservation) {
  if (reservation.state == Reservation::State::kOther) {
    return http::ErrorResponse(
        422, fmt::format("this {} was sent with another request before", kHeader));
  }
  Response busy =
      http::ErrorResponse(409, "the same request is being carried out: ask again in a second");
  busy.headers.Add("Retry-After", "1");
  return busy;
}

Response Answer(const Handler& handler, sql::Database& database, const base::Clock& clock,
                Request& request) {
  const std::string_view key = request.headers.Get(kHeader);
  if (auto checked = CheckKey(key); !checked) return http::ErrorResponse(checked.error());
  auto fingerprint = FingerprintOf(request);
  if (!fingerprint) return http::ErrorResponse(fingerprint.error());
  const KeyedRequest keyed{request.user, std::string(key), *std::move(fingerprint)};
  const base::Time now = clock.Now();
  const auto reserved = database.Write(
      [&](sql::Tx& tx) { return IdempotencyKeys::Reserve(tx, keyed, now, now + kLifetime); });
  if (!reserved) return http::ErrorResponse(reserved.error());
  if (reserved->state == Reservation::State::kKept) return Replay(*reserved->answer);
  if (reserved->state != Reservation::State::kNew) return Refuse(*reserved);
  HeldKey held(database, keyed);
  Response response = handler(request);
  const bool changed = response.status >= 200 && response.status < 300;
  if (changed && response.body.size() <= kLargestAnswer) held.Keep(response);
  return response;
}

// The route's own reasons for a status stay; ours come after them.
void Document(http::Route& route, int status, std::string text) {
  const auto there = std::ranges::find(route.responses, status, &http::ResponseDoc::status);
  if (there == route.responses.end()) {
    route.responses.push_back({status, std::move(text)});
  } else {
    there->description += "; or " + text;
  }
}

}  // namespace

void MakeIdempotent(http::Route& route, sql::Database& database, const base::Clock& clock) {
  route.parameters.push_back(
      {.name = kHeader,
       .in = http::In::kHeader,
       .description = "chosen by the client: the same request with the same key is carried out "
                      "once, and answered as before with `Idempotent-Replayed: true`. Kept for a "
                      "day after a success",
       .max_length = kLongestKey,
       .format = "visible-ascii",
       .example = "8e03978e-40d5-43dd-bc93-6894a57f9324"});
  Document(route, 409, "a request with the same Idempotency-Key is being carried out");
  Document(route, 422, "the Idempotency-Key was sent with another request before");
  route.handler = [handler = std::move(route.handler), &database, &clock](Request& request) {
    const bool keyed = request.headers.Find(kHeader) != nullptr;
    return keyed ? Answer(handler, database, clock, request) : handler(request);
  };
}

}  // namespace api
