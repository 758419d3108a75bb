// Runs a blocking function on a pool and comes back to the caller's executor. Private to the
// folder.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>
#include <utility>

namespace http {

template <typename Fn>
boost::asio::awaitable<std::invoke_result_t<Fn>> Offload(boost::asio::thread_pool& pool, Fn fn) {
  co_return co_await boost::asio::co_spawn(
      pool,
      [fn = std::move(fn)]() mutable -> boost::asio::awaitable<std::invoke_result_t<Fn>> {
        co_return fn();
      },
      boost::asio::use_awaitable);
}

}  // namespace http
