// For tests: where the corpus of documents with truth is, files of it, and a report.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace docling {

// Empty when there is no corpus on this machine.
inline std::filesystem::path CorpusRoot() {
  std::filesystem::path root = std::filesystem::path(SI_SOURCE_DIR) / ".." / "shared" / "corpus";
  if (const char* set = std::getenv("SI_CORPUS")) root = set;
  return std::filesystem::is_directory(root) ? root : std::filesystem::path();
}

inline std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Counts equal and different cases and prints a line per difference. A case that is known to differ
// must say why, and must indeed differ.
class Comparison {
 public:
  explicit Comparison(std::string name) : name_(std::move(name)) {}
  ~Comparison() {
    std::cout << name_ << ": " << equal_ << " equal, " << known_
              << " different for a known reason, " << different_ << " different\n";
  }

  void Check(const std::string& what, const std::string& expected, const std::string& actual,
             const std::string& known_reason = {}) {
    if (expected == actual) {
      ++equal_;
      return;
    }
    ++(known_reason.empty() ? different_ : known_);
    std::cout << "  different: " << what << (known_reason.empty() ? "" : " — " + known_reason)
              << "\n";
    if (known_reason.empty()) ADD_FAILURE() << what << "\n" << FirstDifference(expected, actual);
  }

 private:
  static std::string FirstDifference(const std::string& expected, const std::string& actual) {
    size_t at = 0;
    while (at < expected.size() && at < actual.size() && expected[at] == actual[at]) ++at;
    const size_t from = at > 80 ? at - 80 : 0;
    return "at byte " + std::to_string(at) + "\nexpected …" + expected.substr(from, 240) +
           "\nactual   …" + actual.substr(from, 240);
  }

  std::string name_;
  int equal_ = 0;
  int known_ = 0;
  int different_ = 0;
};

}  // namespace docling
