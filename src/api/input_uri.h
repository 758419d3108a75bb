// input_uri: documents that the server fetches itself, from its own folders or over HTTP.
//
//   file:///folder/name   only below the configured folders, no symbolic links below them
//   http(s)://…           only if allowed, see http/download.h
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/message.h"
#include "http/peers.h"

namespace api {

struct InputOptions {
  std::vector<std::filesystem::path> folders;  // absolute; none: no file:// at all
  bool http_allowed = false;
  http::AddressList networks;  // of our own that http(s):// may reach
  uint64_t max_bytes = UINT64_MAX;
  std::chrono::seconds timeout{300};  // for one document over HTTP
  int at_once = 4;                    // more are refused: each holds a handler's thread
};

// Thread-safe.
class InputFetcher {
 public:
  explicit InputFetcher(InputOptions options) : options_(std::move(options)) {}

  // Writes the bytes to `sink` piece by piece; the name of the file. kInvalidArgument says what is
  // allowed; kNotFound (no such file), kTooLarge, kTimeout, kUnavailable, kExhausted.
  base::Result<std::string> Fetch(const std::string& uri, http::FileSink& sink);
  // What is being fetched ends with kUnavailable.
  void Stop() { stop_.request_stop(); }

 private:
  base::Result<std::string> FetchFile(const std::string& uri, http::FileSink& sink) const;
  base::Result<std::string> FetchHttp(const std::string& uri, http::FileSink& sink);

  const InputOptions options_;
  std::stop_source stop_;
  std::atomic<int> running_ = 0;
};

}  // namespace api
