// The head of a request: from bytes to Request. Private to the folder.
//
//   head   = method SP target SP "HTTP/1." ( "0" | "1" ) CRLF *( name ":" value CRLF ) CRLF
//   target = [ scheme "://" authority ] path [ "?" query ]
//
// Beast's parser splits the lines and decides how the body is framed; what it lets through and we
// do not want is refused here.
#pragma once

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <string>
#include <string_view>

#include "http/limits.h"
#include "http/message.h"

namespace http {

// Reads one request. Not reusable.
class HeadParser {
 public:
  using Beast = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

  explicit HeadParser(const Limits& limits);

  // Takes bytes of the head and says how many it used; the same bytes are given again, with more
  // behind them, when it used too few. done() says when the head is complete.
  base::Result<size_t> Feed(std::string_view bytes);
  bool done() const { return beast_.is_header_done(); }
  // Status of the answer to a failed Feed or Describe: 400, 431 or 505.
  int fault_status() const { return fault_status_; }

  // Method, path, headers and query. The prefix `root_path` is taken off the path.
  base::Result<> Describe(Request& request, std::string_view root_path);

  // For the body.
  Beast& beast() { return beast_; }

 private:
  std::unexpected<base::Error> Fault(int status, std::string message);
  base::Result<> CheckHeaders();

  const Limits& limits_;
  Beast beast_;
  int fault_status_ = 400;
};

}  // namespace http
