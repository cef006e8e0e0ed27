package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.Lifecycle;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.intake.Allowance;
import io.pulsewarden.telemetry.intake.IncomingMessage;
import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.intake.OverLimitException;
import io.pulsewarden.telemetry.intake.OverLimitException.Limit;
import io.pulsewarden.telemetry.intake.VitalsIntake.Accepted;
import io.pulsewarden.telemetry.presence.Subscriptions;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.receipt.Receipt.Rejection;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class DeviceSessionTest {

  private static final UUID ID = UUID.fromString("3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11");
  private static final UUID ORGANISATION = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final Receipt GOOD = new Receipt(0, 1, 0, 0, List.of());

  private final List<String> said = new ArrayList<>();
  private final List<CompletableFuture<Receipt>> intake = new ArrayList<>();
  private final List<Allowance> allowances = new ArrayList<>();
  private final List<CloseReason> closed = new ArrayList<>();
  private final List<Long> configured = new ArrayList<>();
  private int dropped;
  private final DeviceDirectory directory = new DeviceDirectory();
  private final IntakeBudget budget = new IntakeBudget(10_000);

  private final Peer peer =
      new Peer() {
        @Override
        public void execute(Runnable task) {
          task.run();
        }

        @Override
        public void acknowledge(int packetId, Acknowledgement acknowledgement, String reasons) {
          said.add("PUBACK " + packetId + " " + acknowledgement + " " + reasons);
        }

        @Override
        public boolean listensToReceipts() {
          return true;
        }

        @Override
        public void sendReceipt(Publication publication, byte[] json) {
          said.add("receipt " + publication.packetId());
        }

        @Override
        public boolean sendConfiguration(byte[] json) {
          said.add("config " + new String(json, UTF_8));
          return true;
        }

        @Override
        public void sendNotice(byte[] json) {
          said.add("notice " + new String(json, UTF_8));
        }

        @Override
        public void disconnect(CloseReason reason) {
          said.add("DISCONNECT " + reason);
        }
      };

  private final DeviceSession session = session();

  @Test
  void shouldAcknowledgeInOrderAndOnlyWhatIsStored() {
    publish(1);
    publish(2);
    publish(3);

    intake.get(2).complete(GOOD);
    intake.get(1).complete(GOOD);
    assertThat(said).isEmpty();

    intake.get(0).complete(GOOD);
    assertThat(said)
        .containsExactly(
            "PUBACK 1 TAKEN ",
            "receipt 1",
            "PUBACK 2 TAKEN ",
            "receipt 2",
            "PUBACK 3 TAKEN ",
            "receipt 3");
    assertThat(budget.used()).isZero();
  }

  @Test
  void shouldNeverAcknowledgeWhatMayNotBeStored() {
    publish(1);
    publish(2);

    intake.get(0).completeExceptionally(new IllegalStateException("delivery timeout"));
    intake.get(1).complete(GOOD);

    assertThat(said).containsExactly("DISCONNECT STORE_UNAVAILABLE");
    assertThat(closed).containsExactly(CloseReason.STORE_UNAVAILABLE);
    assertThat(budget.used()).isZero();
  }

  @Test
  void shouldSayWhyWhatIsInQuarantineWasNotTaken() {
    publish(1);
    publish(2);
    publish(3);

    intake.get(0).complete(rejected(1, RejectionReason.WRONG_UNIT));
    intake.get(1).complete(rejected(0, RejectionReason.NOT_JSON));
    intake.get(2).complete(rejected(0, RejectionReason.FOREIGN_TOPIC));

    assertThat(said)
        .contains(
            "PUBACK 1 NOTHING_TAKEN wrong-unit",
            "PUBACK 2 PAYLOAD_FORMAT_INVALID not-json",
            "PUBACK 3 NOT_AUTHORIZED foreign-topic");
  }

  @Test
  void shouldCloseOnOneMoreThanMayWait() {
    publish(1);
    publish(2);
    publish(3);
    publish(4);

    assertThat(said).containsExactly("DISCONNECT TOO_MANY_IN_FLIGHT");
    assertThat(intake).hasSize(3);
  }

  @Test
  void shouldCloseRatherThanHoldMoreThanTheBudget() {
    session.onPublish(publication(1, 1, false, 6_000));
    session.onPublish(publication(2, 1, false, 6_000));

    assertThat(said).containsExactly("DISCONNECT NO_MEMORY_LEFT");
    intake.get(0).complete(GOOD);
    assertThat(budget.used()).isZero();
  }

  @Test
  void shouldChargeTheBudgetForAllThatAMessageBringsWithIt() {
    // One byte of payload under a topic and properties of 9,000.
    session.onPublish(publication(1, 1, 9_000, 1));
    session.onPublish(publication(2, 1, 9_000, 1));

    assertThat(said).containsExactly("DISCONNECT NO_MEMORY_LEFT");
    intake.get(0).complete(GOOD);
    assertThat(budget.used()).isZero();
  }

  @Test
  void shouldDropQos0BeyondItsLimitAndNeverCountItAsInFlight() {
    for (int i = 0; i < 5; i++) {
      session.onPublish(publication(0, 0, false, 1));
    }
    publish(1);
    publish(2);
    publish(3);

    assertThat(said).isEmpty();
    assertThat(dropped).isEqualTo(3);
    intake.forEach(one -> one.complete(GOOD));
    assertThat(said).contains("PUBACK 1 TAKEN ", "PUBACK 2 TAKEN ", "PUBACK 3 TAKEN ");
    session.onPublish(publication(0, 0, false, 1));
    assertThat(dropped).isEqualTo(3);
  }

  @Test
  void shouldSayWhichLimitAMessageIsBeyondAndAcknowledgeNothing() {
    for (Limit limit : Limit.values()) {
      DeviceSession limited = session();
      limited.onPublish(publication(1, 1, false, 1));
      intake
          .removeLast()
          .completeExceptionally(new CompletionException(new OverLimitException(limit)));
    }

    assertThat(said)
        .containsExactly(
            "DISCONNECT QUOTA_EXCEEDED", "DISCONNECT QUARANTINE_FULL", "DISCONNECT NO_MEMORY_LEFT");
    assertThat(budget.used()).isZero();
  }

  @Test
  void shouldAllowOnlySoMuchIntoQuarantineWhateverIsInFlight() {
    publish(1);
    publish(2);

    // By default a thousand at once: all of it is asked for before any of it is kept.
    assertThat(allowances.get(0).take(600)).isTrue();
    assertThat(allowances.get(1).take(600)).isFalse();
  }

  @Test
  void shouldCloseOnMoreSubscriptionsThanItTakes() {
    assertThat(session.mayAsk(100)).isTrue();
    assertThat(session.mayAsk(50)).isFalse();

    assertThat(said).containsExactly("DISCONNECT MESSAGE_RATE_TOO_HIGH");
  }

  @Test
  void shouldNotTakeAnythingOfADeviceThatWasCutOff() {
    TestDevices.put(directory, TestDevices.inState(ID, ORGANISATION, Lifecycle.LOST));

    publish(1);

    assertThat(said).containsExactly("DISCONNECT REVOKED");
    assertThat(intake).isEmpty();
  }

  @Test
  void shouldNotAcknowledgeWhatWasInFlightWhenTheDeviceWasCutOff() {
    publish(1);
    TestDevices.put(directory, TestDevices.inState(ID, ORGANISATION, Lifecycle.LOST));

    // Nobody has told the session yet: that it asks itself is what counts.
    intake.get(0).complete(GOOD);

    assertThat(said).containsExactly("DISCONNECT REVOKED");
    assertThat(budget.used()).isZero();
  }

  @Test
  void shouldSayNotAuthorizedWhereAllIsOfDevicesThatItMayNotSpeakFor() {
    publish(1);
    publish(2);

    intake.get(0).complete(rejected(1, RejectionReason.NOT_YOUR_DEVICE));
    intake
        .get(1)
        .complete(
            new Receipt(
                0,
                2,
                0,
                0,
                List.of(
                    new Rejection(0, RejectionReason.NOT_YOUR_DEVICE),
                    new Rejection(1, RejectionReason.WRONG_UNIT))));

    assertThat(said)
        .contains(
            "PUBACK 1 NOT_AUTHORIZED not-your-device",
            "PUBACK 2 NOTHING_TAKEN not-your-device, wrong-unit");
  }

  @Test
  void shouldRefuseQos2AndRetain() {
    session.onPublish(publication(1, 2, false, 1));
    session().onPublish(publication(1, 1, true, 1));

    assertThat(said)
        .containsExactly("DISCONNECT QOS_NOT_SUPPORTED", "DISCONNECT RETAIN_NOT_SUPPORTED");
  }

  @Test
  void shouldTellADeviceThatLeavesFromOneThatIsLost() {
    session.onGoodbye();
    session.onClosed();

    assertThat(closed).containsExactly(CloseReason.DEVICE_LEFT);
  }

  @Test
  void shouldBringTheConfigurationWhenTheDeviceListensAndEachNewerOneOnceItHasThat() {
    configure(1, 7);
    session.recheck();
    assertThat(said).isEmpty();

    session.onSubscribed(new Subscriptions(null, 1, null), true);
    configure(2, 8);
    session.recheck();
    configure(3, 9);
    session.recheck();
    assertThat(said).containsExactly("config {\"version\":7,\"samplingIntervalSeconds\":5}");

    session.onConfigurationAnswered(true);
    assertThat(configured).containsExactly(7L);
    assertThat(said).hasSize(2).last().asString().contains("\"version\":9");
    session.onConfigurationAnswered(true);
    assertThat(configured).containsExactly(7L, 9L);
  }

  @Test
  void shouldNotTakeARefusedConfigurationForAcknowledged() {
    configure(1, 7);
    session.onSubscribed(new Subscriptions(null, 1, null), true);

    session.onConfigurationAnswered(false);
    session.onConfigurationAnswered(true);

    assertThat(configured).isEmpty();
    assertThat(said).hasSize(1);
  }

  @Test
  void shouldBringTheConfigurationAgainToADeviceThatSubscribesAgain() {
    configure(1, 7);
    session.onSubscribed(new Subscriptions(null, 1, null), true);
    session.onConfigurationAnswered(true);
    session.onSubscribed(Subscriptions.NONE, false);
    session.onSubscribed(new Subscriptions(null, 1, null), true);

    assertThat(said).hasSize(2);
  }

  @Test
  void shouldBeSilentAfterItsEnd() {
    publish(1);
    session.onClosed();
    session.close(CloseReason.REVOKED);
    intake.get(0).complete(GOOD);
    publish(2);

    assertThat(said).isEmpty();
    assertThat(closed).containsExactly(CloseReason.CONNECTION_LOST);
    assertThat(budget.used()).isZero();
  }

  private DeviceSession session() {
    TestDevices.put(directory, TestDevices.active(ID, ORGANISATION));
    return new DeviceSession(
        TestSessions.connection(ID, ORGANISATION),
        this::standing,
        peer,
        new DeviceSession.Limits(3, 2),
        new DeviceSession.Shared(
            this::accept, budget, TestSessions.limits(Clock.systemUTC()), Clock.systemUTC()),
        new TestSessions.Notes(closed::add, configured::add, () -> dropped++));
  }

  private Standing standing() {
    return directory
        .find(ID)
        .filter(device -> device.admits(TestDevices.FINGERPRINT))
        .<Standing>map(Standing.Good::new)
        .orElseGet(() -> new Standing.Lost(CloseReason.REVOKED));
  }

  private Accepted accept(
      IncomingMessage message, CompletionStage<Void> before, Allowance allowance) {
    allowances.add(allowance);
    CompletableFuture<Receipt> stored = new CompletableFuture<>();
    intake.add(stored);
    return new Accepted(before, stored);
  }

  private void configure(long version, long settings) {
    TestDevices.put(directory, TestDevices.configured(ID, ORGANISATION, version + 1, settings));
  }

  private void publish(int packetId) {
    session.onPublish(publication(packetId, 1, false, 1));
  }

  private static Publication publication(int packetId, int qos, boolean retain, int bytes) {
    return publication(packetId, qos, retain, bytes, bytes);
  }

  /** One that brings so much besides its payload. */
  private static Publication publication(int packetId, int qos, int around, int bytes) {
    return publication(packetId, qos, false, around + bytes, bytes);
  }

  private static Publication publication(
      int packetId, int qos, boolean retain, int size, int bytes) {
    return new Publication(
        packetId,
        qos,
        retain,
        size,
        Topics.vitals(ID),
        new byte[bytes],
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        Optional.empty());
  }

  private static Receipt rejected(int records, RejectionReason reason) {
    return new Receipt(0, records, 0, 0, List.of(new Rejection(records - 1, reason)));
  }
}
