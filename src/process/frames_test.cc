#include "process/frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

#include "process/fds.h"

namespace process {
namespace {

using base::Code;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

struct Connection {
  explicit Connection(FrameLimits limits = {}) {
    auto pair = SocketPair().value();
    ours = std::make_unique<FrameChannel>(std::move(pair.first), limits);
    theirs = std::move(pair.second);
  }
  std::unique_ptr<FrameChannel> ours;
  base::Fd theirs;
};

std::string Encode(uint32_t id, std::string_view header, std::string_view block) {
  return FramePrefix(id, header, block.size()).value() + std::string(block);
}

// Feeds `bytes` in pieces; the frames found, or the first error.
base::Result<std::vector<Frame>> Decode(std::string_view bytes, size_t piece, FrameLimits limits) {
  FrameDecoder decoder(limits);
  std::vector<Frame> frames;
  while (!bytes.empty()) {
    const std::span<char> space = decoder.Space();
    const size_t count = std::min({piece, space.size(), bytes.size()});
    std::memcpy(space.data(), bytes.data(), count);
    bytes.remove_prefix(count);
    SI_TRY(decoder.Commit(count));
    if (auto frame = decoder.Take()) frames.push_back(std::move(*frame));
  }
  return frames;
}

TEST(FramePrefix, PutsTheBlockOnAMultipleOfEight) {
  for (size_t length = 0; length < 20; ++length) {
    EXPECT_EQ(FramePrefix(7, std::string(length, 'x'), 5)->size() % 8, 0U) << length;
  }
  // total = 20 + 3, id 7, header "{}"
  EXPECT_EQ(Encode(7, "{}", "abc"), std::string("\x0f\0\0\0\7\0\0\0\2\0\0\0{}\0\0abc", 19));
}

TEST(FrameDecoder, FindsFramesInPiecesOfAnySize) {
  const std::string big(3'000'000, 'v');
  const std::string bytes = Encode(1, "{\"a\":1}", "") + Encode(2, "", "block") +
                            Encode(0xfffffffe, "{}", big) + Encode(3, "", "");
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{4096}, bytes.size()}) {
    const auto frames = Decode(bytes, piece, {}).value();
    ASSERT_EQ(frames.size(), 4U) << piece;
    EXPECT_EQ(frames[0].header, "{\"a\":1}");
    EXPECT_EQ(frames[1].block, "block");
    EXPECT_EQ(frames[2].id, 0xfffffffe);
    EXPECT_TRUE(frames[2].block == big) << piece;
    EXPECT_EQ(frames[3].id, 3U);
  }
}

TEST(FrameDecoder, RefusesWhatCannotBeAFrame) {
  struct Row {
    const char* what;
    std::string bytes;
    Code code;
  };
  const FrameLimits limits{.header = 100, .block = 1000};
  const Row rows[] = {
      {"header over the limit", Encode(1, std::string(101, 'x'), ""), Code::kTooLarge},
      {"block over the limit", Encode(1, "{}", std::string(1001, 'x')), Code::kTooLarge},
      {"total smaller than the header", std::string("\x08\0\0\0\1\0\0\0\x10\0\0\0", 12),
       Code::kDamaged},
      {"total without id", std::string("\0\0\0\0\1\0\0\0\0\0\0\0", 12), Code::kDamaged},
      {"all ones", std::string(12, '\xff'), Code::kDamaged},
  };
  for (const Row& row : rows) {
    const auto result = Decode(row.bytes, 1, limits);
    ASSERT_FALSE(result) << row.what;
    EXPECT_EQ(result.error().code(), row.code) << row.what;
  }
}

TEST(FrameDecoder, TakesMemoryOnlyForWhatArrived) {
  FrameDecoder decoder({.header = 10, .block = size_t{1} << 30});
  std::string promise = Encode(1, "", "");
  const uint32_t total = (1U << 30) + 12;  // a gigabyte, of which nothing comes
  std::memcpy(promise.data(), &total, 4);
  for (const char byte : promise) {
    decoder.Space()[0] = byte;
    ASSERT_TRUE(decoder.Commit(1));
  }
  EXPECT_LE(decoder.Space().size(), size_t{1} << 20);
}

TEST(FrameChannel, CarriesFramesBothWaysPastTheSocketBuffer) {
  Connection c;
  FrameChannel peer(std::move(c.theirs));
  const std::string big(5'000'000, 'x');
  std::thread echo([&] {
    for (int i = 0; i < 3; ++i) {
      const auto frame = peer.Receive(WaitFor(std::chrono::seconds(20)));
      ASSERT_TRUE(frame);
      ASSERT_TRUE(peer.Send(frame->id, frame->header, frame->block));
    }
  });
  for (uint32_t id = 0; id < 3; ++id) {
    ASSERT_TRUE(c.ours->Send(id, "{\"n\":1}", big));
    const auto back = c.ours->Receive(WaitFor(std::chrono::seconds(20)));
    ASSERT_TRUE(back) << back.error().ToString();
    EXPECT_EQ(back->id, id);
    EXPECT_TRUE(back->block == big);
  }
  echo.join();
}

TEST(FrameChannel, ThreadsSendingAtOnceDoNotMixFrames) {
  Connection c;
  FrameChannel peer(std::move(c.theirs));
  std::vector<std::thread> senders;
  for (uint32_t id = 0; id < 4; ++id) {
    senders.emplace_back([&c, id] {
      const std::string block(300'000, static_cast<char>('a' + id));
      for (int i = 0; i < 5; ++i) ASSERT_TRUE(c.ours->Send(id, "", block));
    });
  }
  for (int i = 0; i < 20; ++i) {
    const auto frame = peer.Receive(WaitFor(std::chrono::seconds(20)));
    ASSERT_TRUE(frame);
    EXPECT_TRUE(frame->block == std::string(300'000, static_cast<char>('a' + frame->id)));
  }
  for (std::thread& sender : senders) sender.join();
}

TEST(FrameChannel, HandsOverADescriptorWithItsFrame) {
  Connection c;
  FrameChannel peer(std::move(c.theirs));
  const base::Fd file = MemoryFile("test", "content").value();
  ASSERT_TRUE(c.ours->Send(1, "without", ""));
  ASSERT_TRUE(c.ours->Send(2, "with", "", {}, file.get()));
  ASSERT_TRUE(c.ours->Send(3, "without", ""));
  EXPECT_FALSE(peer.Receive()->fd.valid());
  const auto with = peer.Receive();
  ASSERT_TRUE(with->fd.valid());
  char bytes[8] = {};
  EXPECT_EQ(pread(with->fd.get(), bytes, sizeof bytes, 0), 7);
  EXPECT_STREQ(bytes, "content");
  EXPECT_FALSE(peer.Receive()->fd.valid());
}

TEST(FrameChannel, SaysWhyNothingCame) {
  Connection c;
  const auto late = c.ours->Receive(WaitFor(milliseconds(20)));
  EXPECT_EQ(late.error().code(), Code::kTimeout);

  std::stop_source stop;
  std::thread asker([&] {
    std::this_thread::sleep_for(milliseconds(20));
    stop.request_stop();
  });
  const auto cancelled = c.ours->Receive({.stop = stop.get_token()});
  EXPECT_EQ(cancelled.error().code(), Code::kCancelled);
  asker.join();

  c.theirs.Reset();
  EXPECT_EQ(c.ours->Receive().error().code(), Code::kUnavailable);
  EXPECT_EQ(c.ours->Send(1, "{}", "").error().code(), Code::kUnavailable);
}

TEST(FrameChannel, TimesOutWhenThePeerDoesNotRead) {
  Connection c;
  const std::string big(5'000'000, 'x');
  const auto sent = c.ours->Send(1, "", big, WaitFor(milliseconds(30)));
  EXPECT_EQ(sent.error().code(), Code::kTimeout);
}

TEST(FrameChannel, GoesOnWithAFrameAfterATimeout) {
  Connection c;
  const std::string bytes = Encode(9, "{\"x\":2}", "tail");
  ASSERT_TRUE(WriteAll(c.theirs.get(), bytes.substr(0, 15)));
  EXPECT_EQ(c.ours->Receive(WaitFor(milliseconds(10))).error().code(), Code::kTimeout);
  ASSERT_TRUE(WriteAll(c.theirs.get(), bytes.substr(15)));
  EXPECT_EQ(c.ours->Receive()->block, "tail");
}

TEST(FrameChannel, ShutdownWakesABlockedReceive) {
  Connection c;
  std::thread closer([&] {
    std::this_thread::sleep_for(milliseconds(20));
    c.ours->Shutdown();
  });
  EXPECT_EQ(c.ours->Receive().error().code(), Code::kUnavailable);
  closer.join();
}

TEST(ConnectUnix, SaysWhenNobodyListens) {
  const base::TempDir dir;
  const auto result = ConnectUnix((dir.path() / "s").string());
  EXPECT_EQ(result.error().code(), Code::kUnavailable);
  EXPECT_THAT(result.error().message(), HasSubstr("nobody listens on"));
}

}  // namespace
}  // namespace process
