#include "http/tls.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/files.h"

namespace http {
namespace {

namespace ssl = boost::asio::ssl;
using base::Code;
using base::Fail;
using base::Result;

// Of the protocols that a client offers, HTTP/1.1 is the only one we speak.
int ChooseProtocol(SSL*, const unsigned char** out, unsigned char* out_length,
                   const unsigned char* in, unsigned in_length, void*) {
  static constexpr unsigned char kOurs[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_length, kOurs, sizeof kOurs - 1, in, in_length) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_NOACK;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

Result<> Readable(const char* what, const std::string& path) {
  if (auto bytes = base::ReadFile(path, 1 << 20); !bytes)
    return Fail(Code::kInvalidArgument, fmt::format("{}: {}", what, bytes.error().message()));
  return {};
}

std::unexpected<base::Error> Wrong(const char* what, const std::string& path,
                                   const boost::system::error_code& error) {
  return Fail(Code::kInvalidArgument,
              fmt::format("{}: '{}' cannot be used: {}", what, path, error.message()));
}

}  // namespace

Result<std::unique_ptr<TlsContext>> TlsContext::Open(const std::string& certificate_file,
                                                     const std::string& key_file) {
  SI_TRY(Readable("TLS certificate", certificate_file));
  SI_TRY(Readable("TLS key", key_file));
  std::unique_ptr<TlsContext> tls(new TlsContext());
  ssl::context& context = tls->context_;
  SSL_CTX* const native = context.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // idle connections give theirs back
  SSL_CTX_set_alpn_select_cb(native, ChooseProtocol, nullptr);
  // Without this an encrypted key would ask for its password on the terminal.
  boost::system::error_code error;
  context.set_password_callback([](size_t, ssl::context::password_purpose) { return ""; }, error);
  context.use_certificate_chain_file(certificate_file, error);
  if (error) return Wrong("TLS certificate", certificate_file, error);
  context.use_private_key_file(key_file, ssl::context::pem, error);
  if (error) return Wrong("TLS key", key_file, error);
  if (SSL_CTX_check_private_key(native) != 1) {
    ERR_clear_error();
    return Fail(Code::kInvalidArgument,
                fmt::format("TLS key: '{}' does not belong to '{}'", key_file, certificate_file));
  }
  return tls;
}

}  // namespace http
