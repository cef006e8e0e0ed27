package io.pulsewarden.registry.budget;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NetworkTest {

  @Test
  void shouldCountAnAddressOfItsOwnAsItself() {
    assertThat(Network.of("192.0.2.7")).isEqualTo("192.0.2.7");
    assertThat(Network.of("192.0.2.7")).isNotEqualTo(Network.of("192.0.2.8"));
  }

  @Test
  void shouldCountTheAddressesOfASiteAsOne() {
    assertThat(Network.of("2001:db8:1:2::1")).isEqualTo(Network.of("2001:db8:1:2:ffff:1:2:3"));
    assertThat(Network.of("2001:db8:1:2::1")).isNotEqualTo(Network.of("2001:db8:1:3::1"));
    assertThat(Network.of("fe80::1%1")).isEqualTo(Network.of("fe80::2"));
  }

  @Test
  void shouldTakeWhatIsNoAddressAsItIs() {
    assertThat(Network.of("somewhere")).isEqualTo("somewhere");
    assertThat(Network.of("")).isEmpty();
  }
}
