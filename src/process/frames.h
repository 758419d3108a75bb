// Framed messages over a stream socket, both ways.
//
//   frame  := total id header_length header padding block
//   total          u32, bytes after this field; little-endian, as all numbers here
//   id             u32, chosen by the sender of a request; its response carries the same
//   header_length  u32
//   header         header_length bytes of JSON text (not looked into here)
//   padding        zeros up to a multiple of 8, counted from the start of the frame
//   block          what is left of total: raw bytes (vectors, documents), 8-aligned in the frame
//
// The peer is not trusted: lengths are checked before memory is taken, and memory grows only with
// what has arrived.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/result.h"

namespace process {

struct FrameLimits {
  size_t header = size_t{1} << 20;  // bytes
  size_t block = size_t{256} << 20;
};

struct Frame {
  uint32_t id = 0;
  std::string header;
  std::string block;
  base::Fd fd;  // a descriptor that came along (SCM_RIGHTS), if one did
};

// The bytes of a frame before its block: total … padding.
base::Result<std::string> FramePrefix(uint32_t id, std::string_view header, size_t block_size);

// Puts frames together from bytes in whatever pieces they come:
// (Space Commit Take?)*. Not thread-safe.
class FrameDecoder {
 public:
  explicit FrameDecoder(FrameLimits limits) : limits_(limits) {}

  // Where the next bytes go; never empty. Valid until the next call.
  std::span<char> Space();
  // `count` bytes were put into Space(). kTooLarge / kDamaged when they cannot be a frame: the
  // stream is lost then.
  base::Result<> Commit(size_t count);
  // The finished frame, if the last Commit finished one.
  std::optional<Frame> Take();
  // Between two frames: nothing of the next one has come yet.
  bool Idle() const { return part_ == Part::kFixed && filled_ == 0; }

 private:
  static constexpr size_t kFixed = 12;
  enum class Part { kFixed, kHeader, kPadding, kBlock, kDone };
  void Enter(Part part);
  base::Result<> ReadFixed();

  FrameLimits limits_;
  Part part_ = Part::kFixed;
  size_t filled_ = 0;  // bytes of the current part
  size_t wanted_ = kFixed;
  size_t block_size_ = 0;
  char fixed_[kFixed];
  char padding_[8];
  Frame frame_;
};

// How long a call may block: until the deadline, or until somebody asks it to stop.
struct Wait {
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::stop_token stop = {};
};
inline Wait WaitFor(std::chrono::steady_clock::duration timeout, std::stop_token stop = {}) {
  return {std::chrono::steady_clock::now() + timeout, std::move(stop)};
}

// One end of a connection. Send may be called by several threads at once (frames do not mix);
// Receive by one thread at a time, also while others send. The socket is owned and becomes
// non-blocking.
//
// Errors: kUnavailable: the peer closed the connection or died. kTimeout, kCancelled: see Wait; a
// frame may be half sent or half received then, so after an error of Send the connection is good
// for nothing but closing; Receive can be called again and goes on where it was.
// kDamaged, kTooLarge: what came is not a frame, or a larger one than allowed.
class FrameChannel {
 public:
  explicit FrameChannel(base::Fd socket, FrameLimits limits = {});

  // `fd` >= 0: that descriptor is handed over with the frame (Unix sockets only); ours stays open.
  base::Result<> Send(uint32_t id, std::string_view header, std::string_view block,
                      const Wait& wait = {}, int fd = -1);
  base::Result<Frame> Receive(const Wait& wait = {});

  int fd() const { return socket_.get(); }
  // Ends both directions: a blocked Receive here and at the peer returns kUnavailable.
  void Shutdown();

 private:
  base::Fd socket_;
  std::timed_mutex sending_;
  FrameDecoder decoder_;
  base::Fd received_fd_;
};

// Connects to a Unix socket by path. kUnavailable when nobody listens there.
base::Result<base::Fd> ConnectUnix(const std::string& path);

}  // namespace process
