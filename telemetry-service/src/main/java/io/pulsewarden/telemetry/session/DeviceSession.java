package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.intake.IncomingMessage;
import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.intake.VitalsIntake.Accepted;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.receipt.ReceiptJson;
import io.pulsewarden.telemetry.session.Standing.Good;
import io.pulsewarden.telemetry.session.Standing.Lost;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
  record Shared(Intake intake, IntakeBudget budget, Clock clock) {}

  private static final class Pending {
    private final Publication publication;
    private @Nullable Receipt receipt;

    Pending(Publication publication) {
      this.publication = publication;
    }
  }

  private final UUID device;
  private final Supplier<Standing> standing;
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
   * @param standing whether it may stand, whenever it is asked
   * @param pendingLimit how many messages may wait for their PUBACK
   * @param onClose is told once, on the session's thread
   */
  DeviceSession(
      UUID device,
      Supplier<Standing> standing,
      Peer peer,
      int pendingLimit,
      Shared shared,
      Consumer<CloseReason> onClose) {
    this.device = device;
    this.standing = standing;
    this.peer = peer;
    this.pendingLimit = pendingLimit;
    this.shared = shared;
    this.onClose = onClose;
  }

  UUID device() {
    return device;
  }

  /** Ends the session if it may not stand any more; from any thread. */
  void recheck() {
    if (standing.get() instanceof Lost(CloseReason reason)) {
      close(reason);
    }
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
      switch (standing.get()) {
        case Good(Device sender) -> take(sender, publication);
        case Lost(CloseReason reason) -> closeNow(reason);
      }
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
    // A PUBACK after the registry's word would be a receipt of a device that was cut off by then.
    if (standing.get() instanceof Lost(CloseReason reason)) {
      closeNow(reason);
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

  private static byte[] sha256(byte[] payload) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(payload);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
