#include "records/idempotency_keys.h"

namespace records {
namespace {

using base::Result;
using State = Reservation::State;

constexpr sql::Statement kDropExpired{
    "idempotency_keys.drop_expired",
    "DELETE FROM idempotencykey WHERE user_name = $1 AND key = $2 AND expires_date <= $3"};
constexpr sql::Statement kInsert{
    "idempotency_keys.insert",
    "INSERT INTO idempotencykey (user_name, key, fingerprint, created_date, expires_date) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"};
constexpr sql::Statement kFind{"idempotency_keys.find",
                               "SELECT fingerprint, status, content_type, body "
                               "FROM idempotencykey WHERE user_name = $1 AND key = $2"};
constexpr sql::Statement kKeep{
    "idempotency_keys.keep",
    "UPDATE idempotencykey SET status = $3, content_type = $4, body = $5 "
    "WHERE user_name = $1 AND key = $2 AND status IS NULL"};
constexpr sql::Statement kRelease{
    "idempotency_keys.release",
    "DELETE FROM idempotencykey WHERE user_name = $1 AND key = $2 AND status IS NULL"};
constexpr sql::Statement kReleaseRunning{"idempotency_keys.release_running",
                                         "DELETE FROM idempotencykey WHERE status IS NULL"};
constexpr sql::Statement kPrune{"idempotency_keys.prune",
                                "DELETE FROM idempotencykey WHERE expires_date <= $1"};

}  // namespace

Result<Reservation> IdempotencyKeys::Reserve(sql::Tx& tx, const KeyedRequest& request,
                                             base::Time now, base::Time expires) {
  SI_TRY(tx.Execute(kDropExpired, {request.user, request.key, now}));
  SI_ASSIGN(const int64_t inserted,
            tx.Execute(kInsert, {request.user, request.key, request.fingerprint, now, expires}));
  if (inserted > 0) return Reservation{State::kNew, {}};
  SI_ASSIGN(const sql::Rows rows, tx.Query(kFind, {request.user, request.key}));
  const sql::Row row = rows[0];
  if (row[0].Text() != request.fingerprint) return Reservation{State::kOther, {}};
  if (row[1].IsNull()) return Reservation{State::kRunning, {}};
  return Reservation{State::kKept, KeptAnswer{.status = row[1].Int(),
                                              .content_type = std::string(row[2].Text()),
                                              .body = std::string(row[3].Text())}};
}

Result<> IdempotencyKeys::Keep(sql::Tx& tx, const KeyedRequest& request, const KeptAnswer& answer) {
  SI_TRY(tx.Execute(kKeep,
                    {request.user, request.key, answer.status, answer.content_type, answer.body}));
  return {};
}

Result<> IdempotencyKeys::Release(sql::Tx& tx, const KeyedRequest& request) {
  SI_TRY(tx.Execute(kRelease, {request.user, request.key}));
  return {};
}

Result<> IdempotencyKeys::ReleaseRunning(sql::Tx& tx) {
  SI_TRY(tx.Execute(kReleaseRunning));
  return {};
}

Result<> IdempotencyKeys::Prune(sql::Tx& tx, base::Time now) {
  SI_TRY(tx.Execute(kPrune, {now}));
  return {};
}

}  // namespace records
