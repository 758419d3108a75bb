#include "parse_worker/mock_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace parse_worker {
namespace {

constexpr std::string_view kMagic = "si-mock\n";

// Deeper than any stack. Not a tail call, and too simple for the optimiser to see through.
size_t Recurse(size_t levels) {
  volatile char room[1024];
  room[levels % sizeof room] = 1;
  if (levels == 0) return 0;
  return Recurse(levels - 1) + static_cast<size_t>(room[levels % sizeof room]);
}

[[noreturn]] void Sleep(std::chrono::milliseconds step) {
  while (true) std::this_thread::sleep_for(step);
}

// Carries out the orders of one document.
class Performance {
 public:
  Performance(const Source& source, Pages& pages, docling::DiagnosticSink& diagnostics)
      : source_(source), pages_(pages), diagnostics_(diagnostics) {}

  base::Result<Reading> Run() {
    std::istringstream lines{std::string(source_.bytes.substr(kMagic.size()))};
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string order;
      words >> order;
      if (order == "at") {
        int page = 0;
        words >> page >> order;
        if (source_.skip_pages.contains(page)) continue;
      }
      if (!Say(order, words) && !Stall(order, words) && !TakeMemory(order, words) &&
          !Die(order, words)) {
        if (order == "fail") return Fail(words);
        diagnostics_.Report({docling::Severity::kWarning, "unknown order " + order, "mock"});
      }
    }
    reading_.document_json = R"({"schema_name":"DoclingDocument","name":"mock"})";
    reading_.facts.mime_type = "application/x-si-mock";
    return std::move(reading_);
  }

 private:
  bool Say(const std::string& order, std::istringstream& words) {
    if (order == "text") {
      std::string text;
      std::getline(words >> std::ws, text);
      reading_.markdown += text + "\n";
    } else if (order == "page") {
      int done = 0;
      words >> done >> reading_.facts.page_count;
      pages_.OnPage(done, reading_.facts.page_count);
    } else if (order == "output") {
      reading_.markdown.append(Megabytes(words), 'x');
    } else if (order == "nonsense") {
      const std::string bytes(64, '\xee');
      for (int fd = 3; fd < 8; ++fd) [[maybe_unused]]
        const auto n = write(fd, bytes.data(), 64);
    } else if (order == "open") {
      std::string path;
      words >> path;
      const int fd = open(path.c_str(), O_RDONLY);
      reading_.markdown += path + ": " + (fd >= 0 ? "opened" : std::strerror(errno)) + "\n";
    } else {
      return false;
    }
    return true;
  }

  bool Stall(const std::string& order, std::istringstream& words) {
    using std::chrono::milliseconds;
    if (order == "sleep") {
      int count = 0;
      words >> count;
      std::this_thread::sleep_for(milliseconds(count));
      return true;
    }
    if (order == "hang") Sleep(milliseconds(100));
    if (order == "spin") {
      for (volatile unsigned i = 0;; i = i + 1) {
      }
    }
    while (order == "flood") pages_.OnPage(1, 2);
    return false;
  }

  bool TakeMemory(const std::string& order, std::istringstream& words) {
    if (order == "memory") {
      constexpr size_t kPiece = size_t{1} << 20;
      for (size_t left = Megabytes(words); left > 0; left -= kPiece) {
        memory_.emplace_back(kPiece, 'm');
      }
    } else if (order == "allocate") {
      memory_.emplace_back(Megabytes(words), 'm');
    } else if (order == "recurse") {
      reading_.markdown += std::to_string(Recurse(size_t{1} << 40));
    } else {
      return false;
    }
    return true;
  }

  bool Die(const std::string& order, std::istringstream& words) {
    if (order == "crash") __builtin_trap();
    if (order == "abort") std::abort();
    if (order == "throw") throw std::length_error("thrown on order");
    if (order != "exit") return false;
    int code = 0;
    words >> code;
    _exit(code);
  }

  static std::unexpected<base::Error> Fail(std::istringstream& words) {
    std::string name;
    std::string message;
    words >> name >> std::ws;
    std::getline(words, message);
    const auto code = name == "encrypted" ? base::Code::kEncrypted : base::Code::kDamaged;
    return base::Fail(code, message);
  }

  static size_t Megabytes(std::istringstream& words) {
    size_t count = 0;
    words >> count;
    return count << 20;
  }

  const Source& source_;
  Pages& pages_;
  docling::DiagnosticSink& diagnostics_;
  Reading reading_;
  std::vector<std::string> memory_;
};

class MockReader final : public Reader {
 public:
  explicit MockReader(std::unique_ptr<Reader> next) : next_(std::move(next)) {}

  base::Result<Reading> Parse(const Source& source, docling::DiagnosticSink& diagnostics,
                              Pages& pages) override {
    if (!source.bytes.starts_with(kMagic)) return next_->Parse(source, diagnostics, pages);
    return Performance(source, pages, diagnostics).Run();
  }

  base::Result<parse_protocol::Facts> Inspect(const Source& source,
                                              docling::DiagnosticSink& diagnostics) override {
    if (!source.bytes.starts_with(kMagic)) return next_->Inspect(source, diagnostics);
    struct Silent final : Pages {
      void OnPage(int, int) override {}
    } pages;
    SI_ASSIGN(Reading reading, Performance(source, pages, diagnostics).Run());
    reading.facts.title = std::string(source.filename);
    return std::move(reading.facts);
  }

  // Long documents are real ones.
  base::Result<std::string> ReadPages(const Source& source, int32_t first, int32_t last,
                                      docling::DiagnosticSink& diagnostics, Pages& pages) override {
    return next_->ReadPages(source, first, last, diagnostics, pages);
  }
  base::Result<Reading> Compose(const Source& source, std::span<const std::string> parts,
                                docling::DiagnosticSink& diagnostics) override {
    return next_->Compose(source, parts, diagnostics);
  }

 private:
  std::unique_ptr<Reader> next_;
};

}  // namespace

std::unique_ptr<Reader> MakeMockReader(std::unique_ptr<Reader> next) {
  return std::make_unique<MockReader>(std::move(next));
}

}  // namespace parse_worker
