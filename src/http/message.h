// Requests and responses as handlers see them. No domain, no auth, no JSON library: plain values.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace http {

enum class Method { kGet, kHead, kPost, kPut, kDelete, kOptions };
std::string_view Name(Method method);

// Where the bytes of an uploaded file go while they arrive. The route that accepts files makes one
// per file part.
class FileSink {
 public:
  virtual ~FileSink() = default;
  virtual base::Result<> Write(std::string_view bytes) = 0;
};

struct UploadedFile {
  std::string field;
  std::string filename;
  std::string content_type;
  std::unique_ptr<FileSink> sink;  // what the route's factory made, filled
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

// Header names compare without regard to case.
class Headers {
 public:
  void Add(std::string name, std::string value) {
    all_.emplace_back(std::move(name), std::move(value));
  }
  // The first of that name, or "".
  std::string_view Get(std::string_view name) const;
  const Pairs& all() const { return all_; }

 private:
  Pairs all_;
};

// Belongs to the handler while it runs. Arguments (path, query, form) are those the route declares,
// checked by the router.
class Request {
 public:
  Method method = Method::kGet;
  std::string path;  // as sent, without the query
  Headers headers;
  Pairs query;  // percent-decoded
  Pairs form;   // urlencoded or multipart text fields
  std::vector<UploadedFile> files;
  std::string body;    // of routes that take a whole body (JSON)
  std::string remote;  // address of the peer
  std::string user;    // who the request is from, once authenticated
  std::map<std::string, std::string, std::less<>> arguments;

  // A declared argument: its text (or its default), nullopt when it was not given.
  std::optional<std::string> Text(std::string_view name) const;
  std::optional<int64_t> Integer(std::string_view name) const;
  // true | false; `otherwise` when it was not given.
  bool Flag(std::string_view name, bool otherwise = false) const;
  // A required argument: the router has made sure that it is there.
  std::string Require(std::string_view name) const { return Text(name).value_or(""); }
  int64_t RequireInteger(std::string_view name) const { return Integer(name).value_or(0); }
};

// Gives the next piece of a streamed body; an empty piece ends it.
using BodyStream = std::function<base::Result<std::string>()>;

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  Headers headers;
  BodyStream stream;  // when set, sent in chunks instead of `body`
};

// {"error": message, "status_code": status}: the one form of every error answer.
Response ErrorResponse(int status, std::string_view message);
Response ErrorResponse(const base::Error& error);

// JSON text of a string, quotes included.
std::string QuoteJson(std::string_view text);

}  // namespace http
