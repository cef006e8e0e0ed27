package io.pulsewarden.registry.claim;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class ClaimSecretTest {

  private final SecureRandom random = new SecureRandom();

  @Test
  void shouldHave256RandomBits() {
    ClaimSecret one = ClaimSecret.draw(random);
    ClaimSecret other = ClaimSecret.draw(random);

    assertThat(Base64.getUrlDecoder().decode(one.reveal())).hasSize(32);
    assertThat(one.reveal()).isNotEqualTo(other.reveal());
    assertThat(one.hash()).isEqualTo(ClaimSecret.hash(one.reveal())).hasSize(64);
  }

  @Test
  void shouldNotPrintItself() {
    ClaimSecret secret = ClaimSecret.draw(random);

    assertThat(secret.toString()).doesNotContain(secret.reveal());
  }
}
