package io.pulsewarden.registry.ca;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Which issuing CAs telemetry knows wherever it lets devices in. A device that enrolled under
 * another would be refused by TLS until the feed had brought its issuer, and under a retired one
 * for good. Thread-safe.
 */
@Singleton
public final class AnnouncedIssuers {

  private final Duration announcedFor;
  private final Clock clock;
  private volatile Map<String, Instant> sent = Map.of();
  private volatile Set<String> retired = Set.of();

  @Inject
  AnnouncedIssuers(IssuerSettings settings, Clock clock) {
    this(settings.announcedFor(), clock);
  }

  /** Nothing was announced yet. */
  AnnouncedIssuers(Duration announcedFor, Clock clock) {
    this.announcedFor = announcedFor;
    this.clock = clock;
  }

  /** SHA-256 of the certificate, in hexadecimal. */
  public static String fingerprint(X509Certificate issuer) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(issuer.getEncoded()));
    } catch (GeneralSecurityException unreadable) {
      throw new IllegalStateException("an issuer's certificate can't be encoded", unreadable);
    }
  }

  /** When Kafka had the record of each, by fingerprint. */
  public void sent(Map<String, Instant> at) {
    sent = Map.copyOf(at);
  }

  /** Those that nobody may sign with any more, by fingerprint. */
  public void retired(Set<String> fingerprints) {
    retired = Set.copyOf(fingerprints);
  }

  /** Whether it is known when Kafka had the record of each of them. */
  public boolean hasAll(List<X509Certificate> issuers) {
    return issuers.stream().map(AnnouncedIssuers::fingerprint).allMatch(sent::containsKey);
  }

  /**
   * The one to sign with: the first that was announced for long enough, or else the last, which is
   * known for longest. A first start has no other, and nobody to tell. None that is retired, as
   * long as there is another.
   *
   * @param issuers not empty; the wanted one first, the oldest last
   */
  <T> T choose(List<T> issuers, Function<T, X509Certificate> certificate) {
    Predicate<T> known = issuer -> isKnownEverywhere(certificate.apply(issuer));
    List<T> inUse =
        issuers.stream()
            .filter(issuer -> !retired.contains(fingerprint(certificate.apply(issuer))))
            .toList();
    List<T> candidates = inUse.isEmpty() ? issuers : inUse;
    return candidates.stream().filter(known).findFirst().orElseGet(candidates::getLast);
  }

  private boolean isKnownEverywhere(X509Certificate issuer) {
    Instant at = sent.get(fingerprint(issuer));
    return at != null && !at.plus(announcedFor).isAfter(clock.instant());
  }
}
