package io.pulsewarden.registry.est;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** The loopback network has one IPv6 address; ClaimIT tries it with addresses of the other kind. */
class WrongTriesTest {

  private final WrongTries tries =
      new WrongTries(2, Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC));

  @Test
  void shouldCountTheAddressesOfAnIpv6NetworkTogether() {
    tries.count("2001:db8:1:2::1");
    assertThat(tries.left("2001:db8:1:2::2")).isTrue();

    tries.count("2001:db8:1:2::2");

    assertThat(tries.left("2001:db8:1:2:ffff:1:2:3")).isFalse();
    assertThat(tries.left("2001:db8:1:3::1")).isTrue();
  }

  @Test
  void shouldCountEachIpv4AddressByItself() {
    tries.count("192.0.2.7");
    tries.count("192.0.2.7");

    assertThat(tries.left("192.0.2.7")).isFalse();
    assertThat(tries.left("192.0.2.8")).isTrue();
  }
}
