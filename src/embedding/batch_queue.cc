#include "embedding/batch_queue.h"

#include <algorithm>
#include <bit>
#include <iterator>

namespace embedding {
namespace {

// A batch of this many tokens keeps the processor as busy as a larger one.
constexpr size_t kBatchTokens = 512;

size_t FloorToPowerOfFour(size_t value) {
  return size_t{1} << ((std::bit_width(value) - 1) / 2 * 2);
}

}  // namespace

void EmbedJob::SetRow(size_t row, std::span<const float> vector) {
  const std::lock_guard lock(mutex_);
  std::ranges::copy(vector, vectors_.begin() + static_cast<ptrdiff_t>(row * width_));
  if (--missing_ == 0) done_.notify_all();
}

void EmbedJob::Fail(const base::Error& error) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::make_unique<base::Error>(error);
  done_.notify_all();
}

bool EmbedJob::Failed() const {
  const std::lock_guard lock(mutex_);
  return failure_ != nullptr;
}

base::Result<std::vector<float>> EmbedJob::Wait() {
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return missing_ == 0 || failure_; });
  if (failure_) return base::Fail(*failure_);
  return std::move(vectors_);
}

size_t BatchQueue::PaddedLength(size_t tokens) {
  // Steps of 1/32 of the next power of two: at most 1/16 too long, on average under 2 %.
  const size_t step = std::max<size_t>(std::bit_ceil(std::max<size_t>(tokens, 1)) / 32, 1);
  return (tokens + step - 1) / step * step;
}

size_t BatchQueue::RowLimit(size_t padded_length) {
  return std::bit_floor(std::clamp<size_t>(kBatchTokens / padded_length, 1, 64));
}

size_t BatchQueue::RowsFor(Classes::const_iterator from) const {
  const size_t length = from->first;
  const size_t limit = RowLimit(length);
  size_t rows = 0;
  while (true) {
    rows += from->second.size();
    if (rows >= limit || from == classes_.begin()) break;
    --from;
    if (from->first * 8 < length * 7) break;
  }
  return rows >= limit ? limit : FloorToPowerOfFour(rows);
}

void BatchQueue::Add(std::vector<EmbedItem> items) {
  uint64_t tokens = 0;
  for (const EmbedItem& item : items) tokens += item.ids.size();
  const std::lock_guard lock(mutex_);
  if (closed_) {
    for (const EmbedItem& item : items) {
      item.job->Fail(base::Error(base::Code::kCancelled, "the embedder was stopped"));
    }
    return;
  }
  const uint64_t order = handed_out_ + tokens;
  for (EmbedItem& item : items) {
    classes_[PaddedLength(item.ids.size())].emplace(order, std::move(item));
  }
  wake_.notify_all();
}

std::vector<EmbedItem> BatchQueue::Next() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return closed_ || !classes_.empty(); });
  if (closed_) return {};
  auto from = std::ranges::min_element(
      classes_, {}, [](const auto& entry) { return entry.second.begin()->first; });
  const size_t rows = RowsFor(from);
  std::vector<EmbedItem> batch;
  while (batch.size() < rows) {
    Class& waiting = from->second;
    batch.push_back(std::move(waiting.extract(waiting.begin()).mapped()));
    handed_out_ += batch.back().ids.size();
    if (!waiting.empty()) continue;
    const bool last = from == classes_.begin();
    const auto shorter = last ? from : std::prev(from);
    classes_.erase(from);
    if (last) break;
    from = shorter;
  }
  return batch;
}

void BatchQueue::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (const auto& [length, waiting] : classes_) {
    for (const auto& [order, item] : waiting) {
      item.job->Fail(base::Error(base::Code::kCancelled, "the embedder was stopped"));
    }
  }
  classes_.clear();
  wake_.notify_all();
}

}  // namespace embedding
