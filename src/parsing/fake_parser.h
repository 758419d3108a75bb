// A Parser that follows a script instead of reading anything: for tests of what uses a Parser.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "parsing/parser.h"

namespace parsing {

// Answers by file name: what was set with Answer, else kUnsupported. Reports its pages one by one
// and looks at the stop token before each. Thread-safe.
class FakeParser : public Parser {
 public:
  // Runs before each answer; an error of it is the answer. For delays and failures on order.
  using Hook = std::function<base::Result<>(const ParseRequest&)>;

  void Answer(const std::string& filename, base::Result<Parsed> answer) {
    state_.With([&](State& state) { state.answers.insert_or_assign(filename, std::move(answer)); });
  }
  void Before(Hook hook) {
    state_.With([&](State& state) { state.hook = std::move(hook); });
  }
  // Names asked for, in order.
  std::vector<std::string> Calls() const {
    return state_.With([](const State& state) { return state.calls; });
  }

  base::Result<Parsed> Parse(const ParseRequest& request, PageProgress* progress,
                             std::stop_token stop) override {
    SI_ASSIGN(Parsed parsed, Find(request));
    for (int page = 0; page < parsed.page_count; ++page) {
      if (stop.stop_requested()) return base::Fail(base::Code::kCancelled, "parsing was cancelled");
      if (progress != nullptr) progress->OnPage(page + 1, parsed.page_count);
    }
    return parsed;
  }

  base::Result<Facts> Inspect(const ParseRequest& request, std::stop_token) override {
    SI_ASSIGN(Parsed parsed, Find(request));
    return std::move(parsed.facts);
  }

 private:
  struct State {
    std::map<std::string, base::Result<Parsed>> answers;
    std::vector<std::string> calls;
    Hook hook;
  };

  base::Result<Parsed> Find(const ParseRequest& request) {
    Hook hook = state_.With([&](State& state) {
      state.calls.push_back(request.filename);
      return state.hook;
    });
    if (hook) SI_TRY(hook(request));
    return state_.With([&](State& state) -> base::Result<Parsed> {
      const auto found = state.answers.find(request.filename);
      if (found != state.answers.end()) return found->second;
      return base::Fail(base::Code::kUnsupported, "no reader for " + request.filename);
    });
  }

  base::Guarded<State> state_;
};

}  // namespace parsing
