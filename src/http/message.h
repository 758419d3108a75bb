// Requests and responses as handlers see them. No domain, no auth, no JSON library: plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
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

// kOther: one that no route has.
enum class Method { kGet, kHead, kPost, kPut, kDelete, kOptions, kOther };
std::string_view Name(Method method);

// Where the bytes of an uploaded file go while they arrive. The route that accepts files makes one
// per file part.
class FileSink {
 public:
  virtual ~FileSink() = default;
  virtual base::Result<> Write(std::string_view bytes) = 0;
  // Names the bytes that were written: equal names, equal bytes. None are written afterwards.
  // "" when the sink does not look at them.
  virtual std::string Digest() { return {}; }
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
  // The first of that name, or null.
  const std::string* Find(std::string_view name) const;
  // The same, or "".
  std::string_view Get(std::string_view name) const;
  // All of that name, joined with commas: what a list header means.
  std::string GetAll(std::string_view name) const;
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
  std::string id;      // the caller's X-Request-ID or one of ours; in every log line and answer
  std::string remote;  // address of the client: the peer, or what a trusted proxy says
  std::string scheme = "http";  // or https, also when a trusted proxy says so
  bool from_proxy = false;      // the peer is one whose X-Forwarded-… headers are believed
  std::string user;             // who the request is from, once authenticated
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

// Bytes of known length that are read where they lie: downloads, with ranges. Used by one request
// at a time, on handler threads.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual uint64_t size() const = 0;
  // From `offset`, at most `n` bytes; fewer only at the end.
  virtual base::Result<std::string> ReadAt(uint64_t offset, size_t n) = 0;
};

// A regular file; kNotFound, kIo.
base::Result<std::shared_ptr<ByteSource>> OpenFile(const std::filesystem::path& path);

// Where a stream of server-sent events (text/event-stream) comes from. Between two polls a stream
// holds no thread. Polls of one source never overlap.
class EventSource {
 public:
  virtual ~EventSource() = default;
  // Whole events to send now, in wire form ("id: 7\ndata: {}\n\n"); "" when there is nothing yet;
  // nullopt ends the stream. On a handler thread; must not wait for events to happen.
  virtual base::Result<std::optional<std::string>> Poll() = 0;
  // Called once, before the first Poll. `wake` makes the server poll soon; it may be called from
  // any thread, at any time, also after the stream has ended.
  virtual void Attach(std::function<void()> wake) { (void)wake; }
  // How long nobody needs to ask when nothing wakes.
  virtual std::chrono::milliseconds poll_interval() const { return std::chrono::seconds(1); }
};

// What a handler answers. One of body, file, stream and events is sent.
//
// The server adds what is the same for all: the request's id, ETag and If-None-Match (GET and HEAD
// with status 200 and a body or file), ranges (files), gzip (bodies of text), HEAD without a body.
struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  Headers headers;
  std::shared_ptr<ByteSource> file;
  BodyStream stream;                    // sent in chunks
  std::shared_ptr<EventSource> events;  // sent as text/event-stream
  // Strong validator, without quotes: equal exactly when the bytes are. "": the server takes the
  // hash of `body`; files have none then.
  std::string etag;
  // Why the server failed, of a status from 500 on: for the log. The client is shown the request's
  // id instead of the body.
  std::optional<base::Error> cause;
};

// {"error": message, "status_code": status}: the one form of every error answer.
Response ErrorResponse(int status, std::string_view message);
// The status is the code's. Internal errors are kept back as the response's cause.
Response ErrorResponse(const base::Error& error);

}  // namespace http
