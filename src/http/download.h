// Fetches what a stranger's URL names, without becoming the stranger's hand in our own network.
//
// The address is checked when a connection is about to be made to it, each time: names that resolve
// to private addresses, also only the second time, and redirects change nothing. Proxies of the
// environment are not used, since nothing could be checked behind them.
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "http/message.h"
#include "http/peers.h"

namespace http {

struct DownloadRequest {
  std::string url;      // http or https
  AddressList allowed;  // may be connected to although they are not public
  uint64_t max_bytes = 0;
  std::chrono::milliseconds timeout{300'000};  // of the whole call
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::seconds stalled{30};  // so long without a byte
  int max_redirects = 5;
};

// Writes the body of a 2xx answer to `sink` piece by piece; the URL it came from in the end.
// Errors: kInvalidArgument (the URL, an address that is not allowed, too many redirects, status
// 4xx), kTooLarge, kTimeout, kUnavailable (no connection, status 5xx, stopped), those of the sink.
base::Result<std::string> Download(const DownloadRequest& request, FileSink& sink,
                                   const std::stop_token& stop);

}  // namespace http
