#include "records/owner.h"

namespace records {
namespace {

constexpr sql::Statement kGrow{.name = "owner.grow_epoch",
                               .sqlite =
                                   "INSERT INTO idfloor (name, value) VALUES ('writer_epoch', 1) "
                                   "ON CONFLICT (name) DO UPDATE SET value = idfloor.value + 1"};
constexpr sql::Statement kEpoch{.name = "owner.epoch",
                                .sqlite = "SELECT value FROM idfloor WHERE name = 'writer_epoch'"};

}  // namespace

base::Result<int64_t> Owner::NextEpoch(sql::Tx& tx) {
  SI_TRY(tx.Execute(kGrow));
  SI_ASSIGN(const auto epoch, tx.Scalar<int64_t>(kEpoch));
  return epoch.value_or(1);
}

}  // namespace records
