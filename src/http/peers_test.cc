#include "http/peers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace http {
namespace {

using ::testing::HasSubstr;

TEST(AddressList, AddressesAndNetworks) {
  const AddressList list = AddressList::Parse({"127.0.0.1", "10.1.0.0/16", "fd00::/8"}).value();
  for (const char* inside : {"127.0.0.1", "10.1.255.3", "fd12::1", "::ffff:10.1.0.1", "unix"})
    EXPECT_TRUE(list.Has(inside)) << inside;
  for (const char* outside : {"127.0.0.2", "10.2.0.1", "fe00::1", "::1", "", "nonsense"})
    EXPECT_FALSE(list.Has(outside)) << outside;
  EXPECT_TRUE(AddressList::Parse({"*"})->Has("9.9.9.9"));
  EXPECT_FALSE(AddressList().Has("127.0.0.1"));
  EXPECT_TRUE(AddressList::Parse({"0.0.0.0/0"})->Has("9.9.9.9"));
  EXPECT_FALSE(AddressList::Parse({"0.0.0.0/0"})->Has("fd00::1"));
  for (const char* wrong : {"localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "/8", "::/129"})
    EXPECT_THAT(AddressList::Parse({wrong}).error().message(), HasSubstr(wrong));
}

TEST(Forwarded, TheLastClientThatIsNoProxy) {
  const AddressList proxies = AddressList::Parse({"127.0.0.1", "10.0.0.0/8"}).value();
  struct Case {
    std::vector<const char*> headers;
    const char* client;
  };
  for (const Case& c :
       {Case{{"1.2.3.4"}, "1.2.3.4"}, Case{{"6.6.6.6, 1.2.3.4, 10.0.0.2"}, "1.2.3.4"},
        Case{{"6.6.6.6", "1.2.3.4"}, "1.2.3.4"}, Case{{"1.2.3.4:567"}, "1.2.3.4"},
        Case{{"[2001:db8::1]:567"}, "2001:db8::1"}, Case{{"10.0.0.9, 10.0.0.2"}, "10.0.0.9"},
        Case{{"1.2.3.4, unknown, 10.0.0.2"}, "10.0.0.2"}, Case{{"unknown"}, ""}, Case{{}, ""}}) {
    Headers headers;
    for (const char* value : c.headers) headers.Add("X-Forwarded-For", value);
    EXPECT_EQ(ForwardedClient(headers, proxies), c.client)
        << (c.headers.empty() ? "" : c.headers[0]);
  }
}

TEST(Forwarded, Scheme) {
  Headers headers;
  EXPECT_EQ(ForwardedScheme(headers), "");
  headers.Add("x-forwarded-proto", "http, HTTPS");
  EXPECT_EQ(ForwardedScheme(headers), "https");
  Headers strange;
  strange.Add("X-Forwarded-Proto", "javascript");
  EXPECT_EQ(ForwardedScheme(strange), "");
}

}  // namespace
}  // namespace http
