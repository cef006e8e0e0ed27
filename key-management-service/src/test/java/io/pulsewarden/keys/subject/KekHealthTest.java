package io.pulsewarden.keys.subject;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekUnavailableException;
import java.io.IOException;
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
  void shouldNotBlameTheProviderForTheDatabase() {
    assertThat(KekHealth.reason(new CompletionException(new IOException("connection refused"))))
        .isEqualTo("database");
    assertThat(KekHealth.reason(new IllegalStateException())).isEqualTo("database");
  }
}
