package io.pulsewarden.keys.handout;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKeys;
import io.pulsewarden.mtls.SpiffeId;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The way from a service's request to its keys, with a ledger in memory. */
public final class HandOutUnderTest {

  private static final SpiffeId TELEMETRY = new SpiffeId("pulsewarden.local", "telemetry-service");
  private static final UUID INSTANCE = UUID.randomUUID();

  private final MemoryLedger ledger = new MemoryLedger();
  private final HandOut handOut;

  /** For telemetry-service, which may have keys for vitals. */
  public HandOutUnderTest(SubjectKeys keys, Clock clock) {
    handOut =
        new HandOut(
            keys,
            new PurposeGrants(
                TELEMETRY.trustDomain(), Map.of(TELEMETRY.service(), List.of("vitals"))),
            new HandOutRecords(new AuditEvents(clock, new SecureRandom())),
            ledger,
            Duration.ofHours(1),
            clock);
  }

  /** An answer for each, by its name; a live key's is {@code ok}. */
  public List<String> current(List<Subject> subjects, int epoch) {
    return handOut
        .handOut(
            TELEMETRY,
            INSTANCE,
            subjects.stream()
                .<KeyAsk>map(subject -> new KeyAsk.OfSubject(subject, Purpose.VITALS, epoch))
                .toList())
        .toCompletableFuture()
        .join()
        .stream()
        .map(HandOutUnderTest::named)
        .toList();
  }

  /** How many keys left. */
  public int recorded() {
    return ledger.keys;
  }

  /** By when the last holder must have forgotten them. */
  public Instant heldUntil() {
    return ledger.until;
  }

  /** Keys that this ledger calls rotated: once, and then not any more. */
  public void rotatedElsewhere(UUID subjectKey) {
    ledger.rotated.add(subjectKey);
  }

  private static String named(HandedOut answer) {
    return switch (answer) {
      case HandedOut.Key key -> {
        key.key().close();
        yield "ok";
      }
      case HandedOut.Erased() -> "erased";
      case HandedOut.Unusable() -> "unusable";
      case HandedOut.Unknown() -> "unknown";
      case HandedOut.Denied() -> "denied";
    };
  }

  private static final class MemoryLedger implements HandOutLedger {

    private final List<AuditEvent> events = new ArrayList<>();
    private final Set<UUID> rotated = new HashSet<>();
    private int keys;
    private Instant until = Instant.EPOCH;

    @Override
    public CompletionStage<Void> record(
        Holder holder, Leaving leaving, Function<Set<UUID>, List<AuditEvent>> told) {
      Set<UUID> superseded = new HashSet<>(rotated);
      superseded.retainAll(leaving.sealing());
      if (!superseded.isEmpty()) {
        rotated.removeAll(superseded);
        return CompletableFuture.failedFuture(new SupersededKeysException(superseded));
      }
      keys += leaving.all().size();
      until = holder.until();
      events.addAll(told.apply(Set.of()));
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> refused(AuditEvent event) {
      events.add(event);
      return CompletableFuture.completedFuture(null);
    }
  }
}
