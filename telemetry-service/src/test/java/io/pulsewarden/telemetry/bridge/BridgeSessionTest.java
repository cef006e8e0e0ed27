package io.pulsewarden.telemetry.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.auditclient.RecordingAuditTrail;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.intake.Allowance;
import io.pulsewarden.telemetry.intake.IncomingMessage;
import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.intake.OverLimitException;
import io.pulsewarden.telemetry.intake.OverLimitException.Limit;
import io.pulsewarden.telemetry.intake.VitalsIntake.Accepted;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.traffic.Rates;
import io.pulsewarden.telemetry.traffic.TrafficLimits;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What a site's broker may bring: it has a gateway's organisation, and no limits of its own. */
class BridgeSessionTest {

  private static final int LARGE = 60_000;

  private final UUID gateway = UUID.randomUUID();
  private final UUID organisation = UUID.randomUUID();
  private final Clock clock = Clock.systemUTC();
  private final List<CompletableFuture<Receipt>> intake = new ArrayList<>();
  private final List<Allowance> allowances = new ArrayList<>();
  private final List<IncomingMessage> came = new ArrayList<>();
  private final List<Integer> acknowledged = new ArrayList<>();
  private final IntakeBudget budget = new IntakeBudget(1 << 20);
  private final TrafficLimits traffic =
      new TrafficLimits(
          new Rates(
              new Rates.OfDevice(1, 1, 1, 1, 1),
              new Rates.OfOrganisation(0.2, 100, 0.01),
              Duration.ofSeconds(10_000)),
          clock);
  private final BridgeSession session = session();

  @Test
  void shouldAcknowledgeInOrderWhatIsStored() {
    publish(1, 1, "ward/7/vitals", 10);
    publish(2, 1, "ward/7/vitals", 10);
    intake.get(1).complete(new Receipt(0, 1, 0, 0, List.of()));
    assertThat(acknowledged).isEmpty();

    intake.get(0).complete(new Receipt(0, 1, 0, 0, List.of()));

    assertThat(acknowledged).containsExactly(1, 2);
    assertThat(budget.used()).isZero();
  }

  @Test
  void shouldAcknowledgeAllBeforeAMessageThatIsTooMuchAndTakeNothingAfterIt() {
    publish(1, 1, "ward/7/vitals", 10);
    publish(2, 1, "ward/7/vitals", 10);

    intake.get(1).completeExceptionally(new OverLimitException(Limit.QUARANTINE_HELD));
    publish(3, 1, "ward/7/vitals", 10);
    assertThat(session.ended()).isNotDone();
    assertThat(intake).hasSize(2);
    intake.get(0).complete(new Receipt(0, 1, 0, 0, List.of()));

    assertThat(acknowledged).containsExactly(1);
    assertThat(session.ended()).isCompletedWithValue(EndReason.QUARANTINE_FULL);
  }

  @Test
  void shouldChargeWhatComesUnderQos0WithoutAPayloadToo() {
    publish(0, 0, "x".repeat(LARGE), 0);

    assertThat(budget.used()).isGreaterThan(LARGE);
    assertThat(came.getFirst().topic()).hasSize(256);
  }

  @Test
  void shouldEndWhereMoreWaitsThanMayUnderQos0() {
    for (int i = 0; i < 1_001; i++) {
      publish(0, 0, "t", 0);
    }

    assertThat(intake).hasSize(1_000);
    intake.forEach(one -> one.complete(new Receipt(0, 1, 0, 0, List.of())));
    assertThat(session.ended()).isCompletedWithValue(EndReason.TOO_MANY_WAITING);
  }

  @Test
  void shouldCountWhatComesAgainstTheOrganisationsLimit() {
    for (int i = 0; i < 2_000; i++) {
      assertThat(traffic.organisation(organisation).published(1)).isTrue();
    }

    publish(1, 1, "ward/7/vitals", 10);

    assertThat(session.ended()).isCompletedWithValue(EndReason.QUOTA_EXCEEDED);
    assertThat(acknowledged).isEmpty();
    assertThat(budget.used()).isZero();
  }

  @Test
  void shouldCountWhatGoesToQuarantineAgainstTheOrganisationsLimit() {
    publish(1, 1, "ward/7/vitals", 10);

    assertThat(allowances.getFirst().take(60)).isTrue();
    assertThat(allowances.getFirst().take(60)).isFalse();
  }

  @Test
  void shouldSayWhyAMessageWasTooMuchAndAcknowledgeNothing() {
    List<EndReason> ends = new ArrayList<>();
    for (Limit limit : Limit.values()) {
      BridgeSession limited = session();
      publish(limited, 1, 1, "ward/7/vitals", 10);
      intake.removeLast().completeExceptionally(new OverLimitException(limit));
      ends.add(limited.ended().join());
    }

    assertThat(ends)
        .containsExactly(
            EndReason.QUOTA_EXCEEDED, EndReason.QUARANTINE_FULL, EndReason.NO_MEMORY_LEFT);
    assertThat(acknowledged).isEmpty();
    assertThat(budget.used()).isZero();
  }

  private BridgeSession session() {
    return new BridgeSession(
        new BridgedBroker(
            "site",
            "ssl://localhost:1",
            gateway,
            organisation,
            new TopicPattern("ward/{device}/vitals"),
            "pulsewarden",
            "site",
            1,
            32,
            1 << 18,
            Duration.ofDays(1)),
        () -> new Standing.Good(TestDevices.active(gateway, organisation)),
        new BridgeSession.Shared(
            this::accept,
            budget,
            traffic,
            clock,
            new BridgeJournal(
                new SimpleMeterRegistry(),
                new RecordingAuditTrail(),
                new AuditEvents(clock, new SecureRandom()))));
  }

  private Accepted accept(
      IncomingMessage message, CompletionStage<Void> before, Allowance allowance) {
    CompletableFuture<Receipt> stored = new CompletableFuture<>();
    came.add(message);
    intake.add(stored);
    allowances.add(allowance);
    return new Accepted(before, stored);
  }

  private void publish(int id, int qos, String topic, int bytes) {
    publish(session, id, qos, topic, bytes);
  }

  private void publish(BridgeSession to, int id, int qos, String topic, int bytes) {
    to.onMessage(
        new BridgedMessage(id, qos, topic, new byte[bytes], Optional.empty()),
        message -> acknowledged.add(message.packetId()));
  }
}
