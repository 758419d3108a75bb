// BatchQueue: texts of all callers that wait for the model, handed out as batches of similar
// length.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/result.h"

namespace embedding {

// One call of Embed: collects its rows and wakes the caller when the last is there. Thread-safe.
class EmbedJob {
 public:
  EmbedJob(size_t rows, size_t width) : width_(width), missing_(rows), vectors_(rows * width) {}

  // Each row is set once, or the whole job fails (the first failure counts).
  void SetRow(size_t row, std::span<const float> vector);
  void Fail(const base::Error& error);
  bool Failed() const;
  // Blocks until every row is set or the job has failed.
  base::Result<std::vector<float>> Wait();

 private:
  const size_t width_;
  mutable std::mutex mutex_;
  std::condition_variable done_;
  size_t missing_;
  std::vector<float> vectors_;
  std::unique_ptr<base::Error> failure_;
};

// One text of a job, as token ids (special tokens included).
struct EmbedItem {
  std::shared_ptr<EmbedJob> job;
  size_t row = 0;
  std::vector<int32_t> ids;
};

// Thread-safe. Lengths fall into classes; a batch is of one class and padded to that class's
// length, and has the most rows of that length or a power of four. So the runtime sees few
// different shapes (each new one costs it 4 ms and a megabyte) while padding stays under 2 % of all
// tokens.
//
// Order: by the tokens that were handed out before a job came plus the job's own. A question is
// answered before the rest of a book, and no book waits for ever.
class BatchQueue {
 public:
  // The items of one job.
  void Add(std::vector<EmbedItem> items);
  // Blocks until there is something; empty when closed.
  std::vector<EmbedItem> Next();
  // Wakes all; what still waits fails with kCancelled.
  void Close();

  // The length that a text of `tokens` tokens is padded to.
  static size_t PaddedLength(size_t tokens);
  // The most rows of a batch of that length.
  static size_t RowLimit(size_t padded_length);

 private:
  using Class = std::multimap<uint64_t, EmbedItem>;  // by the order above
  using Classes = std::map<size_t, Class>;           // by padded length; no class is empty
  // How many rows a batch of this class gets, filled up from the next shorter ones where needed.
  size_t RowsFor(Classes::const_iterator from) const;

  std::mutex mutex_;
  std::condition_variable wake_;
  Classes classes_;
  uint64_t handed_out_ = 0;  // tokens
  bool closed_ = false;
};

}  // namespace embedding
