// Our own REST API seen from the client's side: what the commands `ingest` and `search` talk
// through.
#pragma once

#include <boost/json/value.hpp>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "http/client.h"

namespace app {

// Thread-safe.
class ApiClient {
 public:
  // `server`: "http://127.0.0.1:8000", with or without "/api/v1".
  ApiClient(std::string server, std::string api_key);

  // `path` begins behind /api/v1: "/batch/". Error answers become Errors with the server's message.
  base::Result<boost::json::value> Get(const std::string& path, std::stop_token stop = {}) const;
  base::Result<boost::json::value> Post(const std::string& path, const http::Pairs& form) const;
  struct Uploaded {
    int status = 0;  // 201, or 203: known in another batch
    boost::json::value body;
  };
  base::Result<Uploaded> Upload(const std::string& path, std::vector<http::FormPart> parts,
                                std::stop_token stop) const;

  base::Result<boost::json::value> Delete(const std::string& path) const;
  // The body as it comes, until `on_body` says false, a stop is asked for or the server ends it.
  base::Result<> Stream(const std::string& path, std::function<bool(std::string_view)> on_body,
                        std::stop_token stop) const;

  const std::string& server() const { return server_; }

 private:
  base::Result<Uploaded> Send(http::ClientRequest request, const std::string& path,
                              std::stop_token stop) const;

  std::string server_;
  std::string api_key_;
  std::unique_ptr<http::Client> client_;
};

}  // namespace app
