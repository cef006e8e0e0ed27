package io.pulsewarden.registry.status;

import io.pulsewarden.registry.ca.IssuerKey;
import io.pulsewarden.registry.ca.RevocationList;
import io.pulsewarden.registry.ca.StatusLocations;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/**
 * The revocation list of each issuer, signed anew when a status changed or half of its time is
 * over: once, however many ask for it.
 */
@ApplicationScoped
class RevocationLists {

  /** All wait for one: it must not hang for ever. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final KnownIssuers issuers;
  private final StatusStore statuses;
  private final StatusSigningClient signing;
  private final StatusLocations locations;
  private final AnswerCache changes;
  private final StatusSettings settings;
  private final Clock clock;
  private final Map<String, Kept> kept = new ConcurrentHashMap<>();
  private final SharedWork<String, StatusAnswer> signings = new SharedWork<>();

  private record Kept(StatusAnswer list, long generation) {}

  RevocationLists(
      KnownIssuers issuers,
      StatusStore statuses,
      StatusSigningClient signing,
      StatusLocations locations,
      AnswerCache changes,
      StatusSettings settings,
      Clock clock) {
    this.issuers = issuers;
    this.statuses = statuses;
    this.signing = signing;
    this.locations = locations;
    this.changes = changes;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * The list of an issuer; empty if there is no such issuer.
   *
   * @param keyHash {@link IssuerKey#hash}
   */
  Uni<Optional<StatusAnswer>> list(String keyHash) {
    Kept present = kept.get(keyHash);
    if (present != null
        && changes.isInformed()
        && present.generation() == changes.generation()
        && !present.list().isStale(clock.instant())) {
      return Uni.createFrom().item(Optional.of(present.list()));
    }
    return issuers.all().stream()
        .filter(issuer -> IssuerKey.hash(issuer).equals(keyHash))
        .findFirst()
        .map(issuer -> signings.share(keyHash, () -> make(issuer, keyHash)).map(Optional::of))
        .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
  }

  /**
   * The number is drawn before the statuses are read: of two lists the one with the higher number
   * never knows less. Who asks after a change is not given a list whose statuses may have been read
   * before it; nor is anybody while nobody tells of changes.
   */
  private SharedWork.Attempt<StatusAnswer> make(X509Certificate issuer, String keyHash) {
    long since = changes.generation();
    Uni<StatusAnswer> list =
        statuses
            .nextListNumber()
            .chain(
                number -> statuses.revoked(issuer).map(entries -> content(issuer, number, entries)))
            .chain(content -> signing.sign(issuer, content))
            .ifNoItem()
            .after(PATIENCE)
            .failWith(() -> new TimeoutException("a revocation list takes too long"))
            .invoke(signed -> kept.put(keyHash, new Kept(signed, since)));
    return new SharedWork.Attempt<>(
        list, () -> changes.isInformed() && changes.generation() == since);
  }

  private RevocationList content(
      X509Certificate issuer, BigInteger number, List<RevocationList.Entry> entries) {
    Instant now = clock.instant();
    return new RevocationList(
        number, now, now.plus(settings.listValidity()), locations.crl(issuer), entries);
  }
}
