package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.intake.IncomingMessage;
import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.intake.VitalsIntake.Accepted;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.receipt.ReceiptJson;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One device's session: messages go to the intake in their order, and PUBACKs come back in it, each
 * only when Kafka has all of its message. Everything but {@link #close} runs on the session's own
 * thread.
 *
 * <p>When it closes, what waits is not acknowledged: the device sends it again. What Kafka takes of
 * it meanwhile merges with that.
 */
final class DeviceSession {

  /** What the session hands messages to. */
  interface Intake {
    Accepted accept(IncomingMessage message, CompletionStage<Void> before);
  }

  /** What all sessions share. */
  record Shared(DeviceDirectory directory, Intake intake, IntakeBudget budget, Clock clock) {}

  private static final class Pending {
    private final Publication publication;
    private @Nullable Receipt receipt;

    Pending(Publication publication) {
      this.publication = publication;
    }
  }

  private final DeviceCertificate certificate;
  private final Peer peer;
  private final int pendingLimit;
  private final Shared shared;
  private final Consumer<CloseReason> onClose;
  private final Deque<Pending> pending = new ArrayDeque<>();
  private CompletionStage<Void> handedOver = CompletableFuture.completedFuture(null);
  private boolean closed;

  /**
   * A session that was let in.
   *
   * @param pendingLimit how many messages may wait for their PUBACK
   * @param onClose is told once, on the session's thread
   */
  DeviceSession(
      DeviceCertificate certificate,
      Peer peer,
      int pendingLimit,
      Shared shared,
      Consumer<CloseReason> onClose) {
    this.certificate = certificate;
    this.peer = peer;
    this.pendingLimit = pendingLimit;
    this.shared = shared;
    this.onClose = onClose;
  }

  UUID device() {
    return certificate.device();
  }

  /** Whether the registry still lets the device and this certificate in. */
  boolean stillAdmitted() {
    return admitted().isPresent();
  }

  void onPublish(Publication publication) {
    if (closed) {
      return;
    }
    if (publication.qos() > 1) {
      closeNow(CloseReason.QOS_NOT_SUPPORTED);
    } else if (publication.retain()) {
      closeNow(CloseReason.RETAIN_NOT_SUPPORTED);
    } else if (pending.size() >= pendingLimit) {
      closeNow(CloseReason.TOO_MANY_IN_FLIGHT);
    } else {
      admitted()
          .ifPresentOrElse(
              sender -> take(sender, publication), () -> closeNow(CloseReason.REVOKED));
    }
  }

  private void take(Device sender, Publication publication) {
    int bytes = publication.payload().length;
    if (!shared.budget().take(bytes)) {
      closeNow(CloseReason.NO_MEMORY_LEFT);
      return;
    }
    Pending waiting = new Pending(publication);
    pending.addLast(waiting);
    Accepted accepted =
        shared
            .intake()
            .accept(
                new IncomingMessage(
                    sender,
                    publication.topic(),
                    publication.topic().equals(Topics.vitals(sender.id())),
                    publication.payload(),
                    publication.contentType(),
                    publication.sent(),
                    shared.clock().millis()),
                handedOver);
    handedOver = accepted.handedOver();
    accepted
        .stored()
        .whenComplete(
            (receipt, failure) -> {
              shared.budget().giveBack(bytes);
              peer.execute(() -> settle(waiting, receipt));
            });
  }

  private void settle(Pending waiting, @Nullable Receipt receipt) {
    if (closed) {
      return;
    }
    if (receipt == null) {
      // Not known to be stored: no PUBACK, ever. The device sends it again after it reconnects.
      closeNow(CloseReason.STORE_UNAVAILABLE);
      return;
    }
    waiting.receipt = receipt;
    for (Pending first = pending.peekFirst();
        first != null && first.receipt != null;
        first = pending.peekFirst()) {
      pending.removeFirst();
      answer(first.publication, first.receipt);
    }
  }

  private void answer(Publication publication, Receipt receipt) {
    if (publication.qos() == 1) {
      peer.acknowledge(publication.packetId(), Acknowledgement.of(receipt), receipt.reasons());
    }
    peer.sendReceipt(
        publication,
        ReceiptJson.write(receipt, publication.packetId(), sha256(publication.payload())));
  }

  /** The connection is gone, whoever ended it. */
  void onClosed() {
    ended(CloseReason.DEVICE_LEFT);
  }

  /** Ends the session; from any thread. */
  void close(CloseReason reason) {
    peer.execute(() -> closeNow(reason));
  }

  private void closeNow(CloseReason reason) {
    if (!closed) {
      ended(reason);
      peer.disconnect(reason);
    }
  }

  private void ended(CloseReason reason) {
    if (!closed) {
      closed = true;
      pending.clear();
      onClose.accept(reason);
    }
  }

  private Optional<Device> admitted() {
    return shared
        .directory()
        .find(certificate.device())
        .filter(device -> device.admits(certificate.fingerprint()));
  }

  private static byte[] sha256(byte[] payload) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(payload);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
