package io.pulsewarden.keys.subject;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.smallrye.mutiny.TimeoutException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KekHealthTest {

  @ParameterizedTest
  @EnumSource(KekFailure.class)
  void shouldSayWhatIsWrongWithTheProvider(KekFailure why) {
    KekUnavailableException failure = new KekUnavailableException(why, "canary", null);
    assertThat(KekHealth.reason(failure)).isEqualTo(why.code()).doesNotContain("canary");
    assertThat(KekHealth.reason(new CompletionException(failure))).isEqualTo(why.code());
  }

  @Test
  void shouldCallWhatIsNeitherAwayNorSlowBroken() {
    assertThat(KekHealth.reason(new CompletionException(new IllegalStateException("canary"))))
        .isEqualTo("broken");
    assertThat(KekHealth.reason(new TimeoutException())).isEqualTo("no-answer");
  }

  @Test
  void shouldNotBlameTheProviderForTheDatabase() {
    CountingKeks keks = new CountingKeks();
    KeysInMemory rows = new KeysInMemory();
    SubjectKeys keys =
        new SubjectKeys(
            rows,
            keks,
            new UnwrappedKeys(Clock.systemUTC(), Duration.ofMinutes(5), 10),
            Clock.systemUTC());
    rows.failure = new IOException("connection refused");
    assertThat(SubjectKeysUnderTest.health(keys)).as("never seen").isEqualTo("database");
    rows.failure = null;
    assertThat(SubjectKeysUnderTest.health(keys)).isEqualTo("up");
    int looks = rows.looks;
    assertThat(SubjectKeysUnderTest.health(keys)).isEqualTo("up");
    assertThat(rows.looks).as("once a minute").isEqualTo(looks);
  }
}
