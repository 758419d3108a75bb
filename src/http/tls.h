// TLS for the server: a certificate chain and its key, TLS 1.2 and later. Private to the folder.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "base/result.h"

namespace http {

// Immutable after Open, thread-safe.
class TlsContext {
 public:
  // PEM files. kInvalidArgument names the file and what is wrong: missing, no certificate, a key
  // that is encrypted or does not fit.
  static base::Result<std::unique_ptr<TlsContext>> Open(const std::string& certificate_file,
                                                        const std::string& key_file);

  boost::asio::ssl::context& asio() { return context_; }

 private:
  TlsContext() : context_(boost::asio::ssl::context::tls_server) {}
  boost::asio::ssl::context context_;
};

}  // namespace http
