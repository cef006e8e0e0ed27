package io.pulsewarden.registry.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class AnnouncedIssuersTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final CaCertificates MAKER = new CaCertificates(new SecureRandom());
  private static final CaCertificates.Authority ROOT = MAKER.newRoot(NOW);
  private static final X509Certificate OLD = MAKER.newIssuing(ROOT, NOW).certificate();
  private static final X509Certificate NEW = MAKER.newIssuing(ROOT, NOW).certificate();

  private final AnnouncedIssuers announced =
      new AnnouncedIssuers(Duration.ofSeconds(45), Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void shouldSignWithTheOldestWhileNobodyWasTold() {
    assertThat(chosen(NEW, OLD)).isEqualTo(OLD);
    assertThat(chosen(NEW)).isEqualTo(NEW);
    assertThat(announced.hasAll(List.of(OLD))).isFalse();
  }

  @Test
  void shouldSignWithTheNewestOnceTheFeedHasNamedItForLongEnough() {
    announced.sent(times(NOW.minusSeconds(3_600), NOW.minusSeconds(44)));
    assertThat(chosen(NEW, OLD)).isEqualTo(OLD);
    assertThat(announced.hasAll(List.of(OLD, NEW))).isTrue();

    announced.sent(times(NOW.minusSeconds(3_600), NOW.minusSeconds(45)));
    assertThat(chosen(NEW, OLD)).isEqualTo(NEW);
  }

  @Test
  void shouldNotSignWithOneThatNeverLeftTheOutbox() {
    announced.sent(Map.of(AnnouncedIssuers.fingerprint(OLD), NOW.minusSeconds(3_600)));

    assertThat(chosen(NEW, OLD)).isEqualTo(OLD);
    assertThat(announced.hasAll(List.of(OLD, NEW))).isFalse();
  }

  @Test
  void shouldSignWithNoRetiredIssuerAsLongAsThereIsAnother() {
    announced.sent(times(NOW.minusSeconds(3_600), NOW.minusSeconds(3_600)));

    announced.retired(Set.of(AnnouncedIssuers.fingerprint(NEW)));
    assertThat(chosen(NEW, OLD)).isEqualTo(OLD);
    assertThat(chosen(NEW)).isEqualTo(NEW);

    announced.sent(Map.of());
    announced.retired(Set.of(AnnouncedIssuers.fingerprint(OLD)));
    assertThat(chosen(NEW, OLD)).isEqualTo(NEW);
  }

  private X509Certificate chosen(X509Certificate... issuers) {
    return announced.choose(List.of(issuers), Function.identity());
  }

  private static Map<String, Instant> times(Instant old, Instant next) {
    return Map.of(AnnouncedIssuers.fingerprint(OLD), old, AnnouncedIssuers.fingerprint(NEW), next);
  }
}
