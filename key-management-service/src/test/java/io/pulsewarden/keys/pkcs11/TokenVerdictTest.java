package io.pulsewarden.keys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.secret.SecretBytes;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenVerdictTest {

  private final SecretBytes key = SecretBytes.copyOf(new byte[] {1});
  private final SecretBytes proof = SecretBytes.copyOf(new byte[] {2});

  @Test
  void shouldCallAKeyChangedOnlyWhereTheTokenOpensAnother() throws Exception {
    assertThat(TokenVerdict.of(answers(null, null), answers(proof))).isNull();
    assertThat(proof.isDestroyed()).isTrue();
  }

  /** A network HSM that lost its link calls everything changed. */
  @Test
  void shouldCallTheTokenAwayWhereItOpensNothing() {
    assertThatThrownBy(
            () -> TokenVerdict.of(answers((SecretBytes) null), answers((SecretBytes) null)))
        .isInstanceOfSatisfying(
            KekUnavailableException.class,
            away -> assertThat(away.reason()).isEqualTo(KekFailure.UNREACHABLE));
  }

  @Test
  void shouldOpenWhatATokenRefusedForAMoment() throws Exception {
    assertThat(TokenVerdict.of(answers(null, key), answers(proof))).isSameAs(key);
    assertThat(TokenVerdict.of(answers(key), answers())).isSameAs(key);
  }

  private static TokenVerdict.Opening answers(@Nullable SecretBytes... answers) {
    Deque<Optional<SecretBytes>> left =
        new ArrayDeque<>(Arrays.stream(answers).map(Optional::ofNullable).toList());
    return () -> left.removeFirst().orElse(null);
  }
}
