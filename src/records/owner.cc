#include "records/owner.h"

#include <algorithm>

namespace records {
namespace {

constexpr sql::Statement kEpoch{.name = "owner.epoch",
                                .sqlite = "SELECT value FROM idfloor WHERE name = 'writer_epoch'"};
constexpr sql::Statement kKeep{.name = "owner.keep_epoch",
                               .sqlite =
                                   "INSERT INTO idfloor (name, value) VALUES ('writer_epoch', $1) "
                                   "ON CONFLICT (name) DO UPDATE SET value = excluded.value"};

constexpr sql::Statement kProve{.name = "owner.prove_writable",
                                .sqlite =
                                    "INSERT INTO idfloor (name, value) VALUES ('written_at', $1) "
                                    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"};

}  // namespace

base::Result<> Owner::ProveWritable(sql::Tx& tx, base::Time now) {
  SI_TRY(tx.Execute(kProve, {now.time_since_epoch().count()}));
  return {};
}

base::Result<int64_t> Owner::NextEpoch(sql::Tx& tx, base::Time now) {
  SI_ASSIGN(const auto last, tx.Scalar<int64_t>(kEpoch));
  const int64_t minutes = std::chrono::floor<std::chrono::minutes>(now.time_since_epoch()).count();
  const int64_t epoch = std::max(last.value_or(0) + 1, minutes);
  SI_TRY(tx.Execute(kKeep, {epoch}));
  return epoch;
}

}  // namespace records
