// The local embedder against the bare runtime on the same batches, in one run.
//
//   embed_bench MODEL-FOLDER TEXTS [ROUNDS]      TEXTS: a file of texts, a NUL behind each
//
// Prints one JSON object: texts, tokens, threads, texts per second of both (medians over the
// rounds, A B A B …) and their ratio.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/files.h"
#include "embedding/batch_queue.h"
#include "embedding/local.h"
#include "inference/session.h"

namespace {

using Seconds = std::chrono::duration<double>;

constexpr int32_t kCls = 101, kSep = 102;  // of the BERT vocabulary
constexpr size_t kWindow = 256;

std::vector<std::string> SplitTexts(const std::string& bytes) {
  std::vector<std::string> texts;
  for (size_t at = 0; at < bytes.size();) {
    const size_t end = std::min(bytes.find('\0', at), bytes.size());
    texts.push_back(bytes.substr(at, end - at));
    at = end + 1;
  }
  return texts;
}

struct Batch {
  size_t rows = 0, columns = 0;
  std::vector<int32_t> ids;
  std::vector<float> mask;
};

// What the embedder would hand to the runtime when all texts are there at once.
std::vector<Batch> MakeBatches(const std::vector<std::string>& texts,
                               const text::Tokenizer& tokenizer) {
  std::map<size_t, std::vector<std::vector<int32_t>>> by_length;
  for (const std::string& each : texts) {
    std::vector<int32_t> ids = tokenizer.Encode(each);
    ids.resize(std::min(ids.size(), kWindow - 2));
    ids.insert(ids.begin(), kCls);
    ids.push_back(kSep);
    by_length[embedding::BatchQueue::PaddedLength(ids.size())].push_back(std::move(ids));
  }
  std::vector<Batch> batches;
  for (const auto& [columns, all] : by_length) {
    const size_t limit = embedding::BatchQueue::RowLimit(columns);
    for (size_t from = 0; from < all.size(); from += limit) {
      Batch batch{
          .rows = std::min(limit, all.size() - from), .columns = columns, .ids = {}, .mask = {}};
      batch.ids.resize(batch.rows * columns);
      batch.mask.resize(batch.rows * columns);
      for (size_t row = 0; row < batch.rows; ++row) {
        const auto& ids = all[from + row];
        std::ranges::copy(ids, batch.ids.begin() + static_cast<ptrdiff_t>(row * columns));
        std::fill_n(batch.mask.begin() + static_cast<ptrdiff_t>(row * columns), ids.size(), 1.0F);
      }
      batches.push_back(std::move(batch));
    }
  }
  return batches;
}

double RunBare(inference::Session& session, const std::vector<Batch>& batches, size_t threads) {
  std::atomic<size_t> next{0};
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::jthread> pool;
  for (size_t i = 0; i < threads; ++i) {
    pool.emplace_back([&] {
      auto request = session.NewRequest();
      if (!request) std::abort();
      std::vector<float> out;
      for (size_t k; (k = next++) < batches.size();) {
        const Batch& b = batches[k];
        out.resize(b.rows * session.Width());
        if (!(*request)->Run({b.rows, b.columns, b.ids, b.mask}, out)) std::abort();
      }
    });
  }
  pool.clear();
  return Seconds(std::chrono::steady_clock::now() - began).count();
}

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

int Run(const std::string& folder, const std::string& file, int rounds) {
  const auto bytes = base::ReadFile(file);
  const size_t threads = std::max(1u, std::thread::hardware_concurrency());
  auto embedder = embedding::LocalEmbedder::Load({.folder = folder});
  auto session = inference::Session::Load(folder, {.threads = threads});
  if (!bytes || !embedder || !session) {
    std::fprintf(stderr, "cannot load texts or model\n");
    return 1;
  }
  const std::vector<std::string> texts = SplitTexts(*bytes);
  const std::vector<Batch> batches = MakeBatches(texts, (*embedder)->Tokenizer());
  size_t tokens = 0;
  for (const Batch& batch : batches)
    tokens += static_cast<size_t>(std::ranges::count(batch.mask, 1.0F));

  std::vector<double> with, bare;
  RunBare(**session, batches, threads);  // both see each shape once before anything counts
  if (!(*embedder)->Embed(texts)) return 1;
  for (int round = 0; round < rounds; ++round) {
    const auto began = std::chrono::steady_clock::now();
    if (!(*embedder)->Embed(texts)) return 1;
    with.push_back(Seconds(std::chrono::steady_clock::now() - began).count());
    bare.push_back(RunBare(**session, batches, threads));
  }
  const double count = static_cast<double>(texts.size());
  std::printf(
      "{\"texts\":%zu,\"tokens\":%zu,\"threads\":%zu,\"embedder_texts_per_s\":%.1f,\"runtime_texts_"
      "per_s\":%.1f,\"ratio\":%.3f}\n",
      texts.size(), tokens, threads, count / Median(with), count / Median(bare),
      Median(bare) / Median(with));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: embed_bench MODEL-FOLDER TEXTS [ROUNDS]\n");
    return 2;
  }
  return Run(argv[1], argv[2], argc > 3 ? std::atoi(argv[3]) : 3);
}
