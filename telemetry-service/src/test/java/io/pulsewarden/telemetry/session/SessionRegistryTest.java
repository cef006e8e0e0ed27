package io.pulsewarden.telemetry.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.devicefeed.Lifecycle;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.intake.VitalsIntake.Accepted;
import io.pulsewarden.telemetry.receipt.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SessionRegistryTest {

  private static final UUID ORGANISATION = UUID.fromString("00000000-0000-4000-8000-00000000000a");

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-23T12:00:00Z"));
  private final DeviceDirectory directory = new DeviceDirectory();
  private final FeedFreshness freshness = TestDevices.freshness(clock);
  private final SessionRegistry sessions = new SessionRegistry(directory);
  private final IntakeBudget budget = new IntakeBudget(4_000);
  private final List<String> closed = new ArrayList<>();
  private final List<DeviceSession> opened = new ArrayList<>();
  private final List<CompletableFuture<Receipt>> stored = new ArrayList<>();

  @Test
  void shouldCloseTheSessionOfAChangedDeviceAndNoOther() {
    UUID lost = open("lost");
    open("neighbour");

    TestDevices.put(directory, TestDevices.inState(lost, ORGANISATION, Lifecycle.LOST));

    assertThat(closed).containsExactly("lost SUSPENDED");
    assertThat(sessions.size()).isEqualTo(1);
  }

  @Test
  void shouldLookAtEverySessionWhenAnIssuerRetires() {
    TestDevices.putIssuer(directory, new TestDeviceCa("one").certificate());
    TestDeviceCa retiring = new TestDeviceCa("other");
    TestDevices.putIssuer(directory, retiring.certificate());
    UUID device = UUID.randomUUID();
    sessions.register(
        session(
            "its",
            device,
            () ->
                directory.trusts(retiring.certificate())
                    ? new Standing.Good(TestDevices.active(device, ORGANISATION))
                    : new Standing.Lost(CloseReason.REVOKED)));
    open("another's");

    TestDevices.retireIssuer(directory, retiring.certificate());

    assertThat(closed).containsExactly("its REVOKED");
  }

  @Test
  void shouldKeepSessionsWhileTheRegistryIsSilentAndCloseThemAfter15Minutes() {
    FeedWatch watch = new FeedWatch(freshness, sessions);
    TestDevices.heard(freshness, clock.instant());
    open("one");
    open("two");

    clock.forward(Duration.ofMinutes(15));
    watch.check();
    assertThat(closed).isEmpty();

    clock.forward(Duration.ofMillis(1));
    watch.check();
    assertThat(closed).containsExactlyInAnyOrder("one FEED_STALE", "two FEED_STALE");
    assertThat(sessions.size()).isZero();
  }

  @Test
  void shouldHandADeviceOverThatConnectedElsewhere() {
    UUID device = open("moved");
    UUID here = open("stays");
    UUID its = opened.getLast().connection();

    sessions.takenOver(Map.of(device, UUID.randomUUID(), here, its, UUID.randomUUID(), its));

    assertThat(closed).containsExactly("moved TAKEN_OVER");
  }

  @Test
  void shouldCloseTheSessionsWithMostWaitingWhileLittleMemoryIsLeft() {
    MemoryRelief relief = new MemoryRelief(budget, sessions);
    open("idle");
    publish(open("light"), 10);
    publish(open("heavy"), 380);
    publish(open("heaviest"), 400);
    relief.check();
    assertThat(closed).isEmpty();

    // Three quarters of 4,000 bytes, each message with 512 for itself.
    publish(open("last straw"), 300);
    relief.check();
    assertThat(closed).containsExactly("heaviest NO_MEMORY_LEFT");
    // What it leaves behind is charged until Kafka has it; what the others have is not too much.
    assertThat(budget.isTight()).isTrue();
    relief.check();
    relief.check();
    assertThat(closed).hasSize(1);

    publish(open("newcomer"), 300);
    relief.check();
    relief.check();
    assertThat(closed).containsExactly("heaviest NO_MEMORY_LEFT", "heavy NO_MEMORY_LEFT");

    stored.forEach(one -> one.complete(new Receipt(0, 1, 0, 0, List.of())));
    assertThat(budget.used()).isZero();
    assertThat(sessions.leavingBytes()).isZero();
  }

  @Test
  void shouldCloseNoSessionForMemoryThatOthersHave() {
    MemoryRelief relief = new MemoryRelief(budget, sessions);
    open("idle");

    assertThat(budget.take(3_900)).isTrue();
    relief.check();

    assertThat(budget.isTight()).isTrue();
    assertThat(closed).isEmpty();
  }

  private void publish(UUID device, int bytes) {
    opened.stream()
        .filter(session -> session.device().equals(device))
        .forEach(
            session ->
                session.onPublish(
                    new Publication(
                        1,
                        1,
                        false,
                        bytes,
                        Topics.vitals(device),
                        new byte[bytes],
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty(),
                        Optional.empty())));
  }

  private UUID open(String name) {
    UUID device = UUID.randomUUID();
    TestDevices.put(directory, TestDevices.active(device, ORGANISATION));
    sessions.register(
        session(
            name,
            device,
            () ->
                directory
                    .find(device)
                    .filter(known -> known.lifecycle().mayOpenSession())
                    .<Standing>map(Standing.Good::new)
                    .orElseGet(() -> new Standing.Lost(CloseReason.SUSPENDED))));
    return device;
  }

  private DeviceSession session(String name, UUID device, Supplier<Standing> standing) {
    List<DeviceSession> self = new ArrayList<>();
    DeviceSession session =
        new DeviceSession(
            TestSessions.connection(device, ORGANISATION),
            standing,
            new SilentPeer(),
            new DeviceSession.Limits(2, 2),
            new DeviceSession.Shared(
                (_, before, _) -> {
                  CompletableFuture<Receipt> waits = new CompletableFuture<>();
                  stored.add(waits);
                  return new Accepted(before, waits);
                },
                budget,
                TestSessions.limits(clock),
                clock),
            new TestSessions.Notes(
                reason -> {
                  closed.add(name + " " + reason);
                  sessions.unregister(self.getFirst());
                },
                _ -> {},
                () -> {}));
    self.add(session);
    opened.add(session);
    return session;
  }

  /** A device that is there and says nothing. */
  private static final class SilentPeer implements Peer {
    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public void acknowledge(int packetId, Acknowledgement acknowledgement, String reasons) {}

    @Override
    public boolean listensToReceipts() {
      return false;
    }

    @Override
    public void sendReceipt(Publication publication, byte[] json) {}

    @Override
    public boolean sendConfiguration(byte[] json) {
      return false;
    }

    @Override
    public void sendNotice(byte[] json) {}

    @Override
    public void disconnect(CloseReason reason) {}
  }
}
