// Connections for reading, opened when first needed. Private to this folder.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "sql/connection.h"

namespace sql {

// Thread-safe. At most `limit` functions run at once; more wait.
class Readers {
 public:
  Readers(Connector connect, size_t limit) : connect_(std::move(connect)), limit_(limit) {}

  // Runs `fn` on a snapshot.
  base::Result<> Run(const std::function<base::Result<>(Tx&)>& fn);

 private:
  base::Result<std::unique_ptr<Connection>> Take();
  void Give(std::unique_ptr<Connection> connection);

  const Connector connect_;
  const size_t limit_;

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;  // under mutex_
  size_t open_ = 0;                                // under mutex_
};

}  // namespace sql
