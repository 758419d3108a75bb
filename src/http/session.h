// One connection: ( read a request, answer it )*. Private to the folder.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <span>
#include <string>

#include "http/answer.h"
#include "http/body.h"
#include "http/receiver.h"
#include "http/sender.h"
#include "http/state.h"

namespace http {

// Lives on its transport's executor; the state outlives it.
class Session final : public Watched, public std::enable_shared_from_this<Session> {
 public:
  // `peer`: the address at the other end.
  Session(ServerState& state, std::unique_ptr<Transport> transport, std::string peer);

  // Until the connection ends. May throw what Beast and the allocator throw.
  boost::asio::awaitable<void> Run();

  void Check(SteadyTime now, SteadyTime idle_until) override;
  void OnStop() override;
  void CutOff() override;

 private:
  // A request on its way to its answer, and what it holds of the server's bounds.
  struct Exchange {
    explicit Exchange(ServerState& state)
        : parser(state.options.limits),
          place(state.handling),
          upload(state.uploads),
          memory(state.body_memory),
          events(state.event_streams) {}

    HeadParser parser;
    Request request;
    Match match;
    std::unique_ptr<BodyReader> body;
    std::string small_body;  // all of one that fits; `body` has not seen it yet
    SteadyTime began = std::chrono::steady_clock::now();
    SteadyTime body_began{};
    uint64_t bytes_in = 0;
    bool gone = false;      // nobody is there to be answered
    bool all_read = false;  // nothing of the body is left on the connection
    Bound::Share place, upload, memory, events;
  };

  // False: the connection ends.
  boost::asio::awaitable<bool> ServeOne();
  boost::asio::awaitable<Outgoing> Respond(Exchange& x);
  // What ends a request before its handler; nothing when the handler is to run.
  boost::asio::awaitable<std::optional<Response>> Prepare(Exchange& x);
  boost::asio::awaitable<std::optional<Response>> ReadHead(Exchange& x);
  std::optional<Response> Admit(Exchange& x);
  boost::asio::awaitable<std::optional<Response>> ReadBody(Exchange& x);
  boost::asio::awaitable<std::optional<Response>> ReadSmallBody(Exchange& x, size_t size);
  boost::asio::awaitable<std::optional<Response>> ReadLongBody(Exchange& x);
  // The next bytes of the body; an answer when they do not come.
  boost::asio::awaitable<std::optional<Response>> ReadPiece(Exchange& x, std::span<char> into,
                                                            size_t& got);
  boost::asio::awaitable<std::optional<Response>> Feed(Exchange& x, std::string_view bytes);
  boost::asio::awaitable<bool> Send(Exchange& x, Outgoing& answer);

  void Identify(Request& request) const;
  void Report(const Exchange& x, const Outgoing& answer) const;

  ServerState& state_;
  const std::unique_ptr<Transport> transport_;
  const std::string peer_;
  Receiver receiver_;
  Sender sender_;
};

}  // namespace http
