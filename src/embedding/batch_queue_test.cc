#include "embedding/batch_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

namespace embedding {
namespace {

using ::testing::ElementsAre;

// A job of texts of these lengths, put into the queue.
std::shared_ptr<EmbedJob> Put(BatchQueue& queue, const std::vector<size_t>& lengths) {
  auto job = std::make_shared<EmbedJob>(lengths.size(), 1);
  std::vector<EmbedItem> items;
  for (size_t row = 0; row < lengths.size(); ++row) {
    items.push_back({job, row, std::vector<int32_t>(lengths[row])});
  }
  queue.Add(std::move(items));
  return job;
}

TEST(BatchQueue, PaddingIsUnderTwoPercent) {
  std::mt19937 random(1);
  for (const size_t longest : {64U, 128U, 256U, 512U}) {
    size_t tokens = 0;
    size_t padded = 0;
    for (int i = 0; i < 5000; ++i) {
      const size_t length = 3 + random() % (longest - 2);
      tokens += length;
      padded += BatchQueue::PaddedLength(length);
      EXPECT_GE(BatchQueue::PaddedLength(length), length);
    }
    EXPECT_LT(static_cast<double>(padded), 1.02 * static_cast<double>(tokens)) << longest;
  }
  EXPECT_EQ(BatchQueue::PaddedLength(256), 256U);
  EXPECT_EQ(BatchQueue::PaddedLength(129), 136U);
}

TEST(BatchQueue, BatchesAreOfSimilarLengthAndAPowerOfTwo) {
  BatchQueue queue;
  const auto first = Put(queue, {200, 30, 201, 202, 30, 30});
  const auto second = Put(queue, {30, 202});
  size_t rows = 0;
  for (int i = 0; i < 5 && rows < 8; ++i) {
    const auto batch = queue.Next();
    rows += batch.size();
    EXPECT_EQ(batch.size() & (batch.size() - 1), 0U);
    for (const auto& item : batch) {
      EXPECT_GE(item.ids.size() * 8, BatchQueue::PaddedLength(batch[0].ids.size()) * 7);
    }
  }
  EXPECT_EQ(rows, 8U);
}

TEST(BatchQueue, AShortJobPassesALongOneButNotForEver) {
  BatchQueue queue;
  const auto book = Put(queue, std::vector<size_t>(100, 256));
  EXPECT_EQ(queue.Next()[0].job, book);
  const auto question = Put(queue, {10});
  EXPECT_EQ(queue.Next()[0].job, question);
  // Questions keep coming; the book still gets its turn.
  size_t turns = 0;
  for (int i = 0; i < 80; ++i) {
    const auto other = Put(queue, {250, 250});
    if (queue.Next()[0].job == book) ++turns;
  }
  EXPECT_GT(turns, 0U);
}

TEST(BatchQueue, ClosingFailsWhatWaits) {
  BatchQueue queue;
  const auto job = Put(queue, {10});
  const auto running = Put(queue, {10});
  std::jthread closer([&] { queue.Close(); });
  EXPECT_EQ(job->Wait().error().code(), base::Code::kCancelled);
  EXPECT_TRUE(queue.Next().empty());
  EXPECT_EQ(Put(queue, {10})->Wait().error().code(), base::Code::kCancelled);
}

TEST(EmbedJob, GivesRowsInOrderOrTheFirstFailure) {
  EmbedJob job(2, 2);
  job.SetRow(1, std::vector<float>{3, 4});
  job.SetRow(0, std::vector<float>{1, 2});
  EXPECT_THAT(job.Wait().value(), ElementsAre(1, 2, 3, 4));
  EmbedJob failed(2, 2);
  failed.SetRow(0, std::vector<float>{1, 2});
  failed.Fail(base::Error(base::Code::kInternal, "first"));
  failed.Fail(base::Error(base::Code::kInternal, "second"));
  EXPECT_EQ(failed.Wait().error().message(), "first");
}

}  // namespace
}  // namespace embedding
