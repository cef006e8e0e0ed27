package io.pulsewarden.telemetry.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.intake.Allowance;
import io.pulsewarden.telemetry.intake.IncomingMessage;
import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.intake.VitalsIntake.Accepted;
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
import java.util.concurrent.CompletionStage;

/** A session of a device, and what it says to it, to the intake and to the ledger. */
final class SessionBed {

  static final UUID ID = UUID.fromString("3f0c1c2e-0d4e-4b58-9d3c-5f5a3b8f0a11");
  static final UUID ORGANISATION = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  static final Receipt GOOD = new Receipt(0, 1, 0, 0, List.of());

  final List<String> said = new ArrayList<>();
  final List<CompletableFuture<Receipt>> intake = new ArrayList<>();
  final List<Allowance> allowances = new ArrayList<>();
  final List<CloseReason> closed = new ArrayList<>();
  final List<Long> configured = new ArrayList<>();
  int dropped;
  final DeviceDirectory directory = new DeviceDirectory();
  final IntakeBudget budget = new IntakeBudget(10_000);

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

  final DeviceSession session = session();

  /** Another one of the same device. */
  DeviceSession session() {
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

  void configure(long version, long settings) {
    TestDevices.put(directory, TestDevices.configured(ID, ORGANISATION, version + 1, settings));
  }

  void publish(int packetId) {
    session.onPublish(publication(packetId, 1, false, 1));
  }

  static Publication publication(int packetId, int qos, boolean retain, int bytes) {
    return publication(packetId, qos, retain, bytes, bytes);
  }

  /** One that brings so much besides its payload. */
  static Publication publication(int packetId, int qos, int around, int bytes) {
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

  static Receipt rejected(int records, RejectionReason reason) {
    return new Receipt(0, records, 0, 0, List.of(new Rejection(records - 1, reason)));
  }
}
