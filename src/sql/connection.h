// What the queue of writes and the pool of readers need from a connection, whatever the database.
// Private to this folder.
#pragma once

#include <functional>
#include <memory>

#include "sql/database.h"

namespace sql {

// Used by one thread at a time. Is itself the Tx that functions get.
class Connection : public Tx {
 public:
  // True after BEGIN until COMMIT or ROLLBACK (also one that the database did by itself).
  virtual bool InTransaction() const = 0;
  // The database was reached no more: open another connection.
  virtual bool Lost() const { return false; }
  // The last failure was only that another transaction came first: the same can work now.
  virtual bool LostRace() const { return false; }
};

using Connector = std::function<base::Result<std::unique_ptr<Connection>>()>;

// The statements around functions.
inline constexpr Statement kBeginWrite{"begin", "BEGIN IMMEDIATE",
                                       "BEGIN ISOLATION LEVEL SERIALIZABLE"};
inline constexpr Statement kBeginRead{"begin", "BEGIN",
                                      "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
inline constexpr Statement kCommit{"commit", "COMMIT"};
inline constexpr Statement kRollback{"rollback", "ROLLBACK"};

// Calls `fn`; an exception becomes an error.
base::Result<> Call(const std::function<base::Result<>(Tx&)>& fn, Tx& tx);

}  // namespace sql
