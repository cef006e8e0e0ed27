package io.pulsewarden.telemetry.bridge;

import io.pulsewarden.telemetry.bridge.Standing.Good;
import io.pulsewarden.telemetry.bridge.Standing.Lost;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.intake.Allowance;
import io.pulsewarden.telemetry.intake.BridgedTopic;
import io.pulsewarden.telemetry.intake.IncomingMessage;
import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.intake.VitalsIntake.Accepted;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.traffic.TrafficLimits;
import io.pulsewarden.telemetry.traffic.TrafficLimits.OfOrganisation;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Messages of one connection to a broker: they go to the intake in their order, and are
 * acknowledged in it, each only when Kafka has all of it. Thread-safe.
 *
 * <p>A message that is too much, or is not stored, ends the session in its turn: all before it are
 * acknowledged, and nothing that comes after it is taken.
 *
 * <p>Whatever ends the session, what waits is not acknowledged, and the broker delivers it again.
 * So does a crash between Kafka's acknowledgement and ours leave a message that comes again; what
 * Kafka has of it twice is read once.
 */
final class BridgeSession {

  /** What the session hands messages to. */
  interface Intake {
    Accepted accept(IncomingMessage message, CompletionStage<Void> before, Allowance allowance);
  }

  /** What all sessions share. */
  record Shared(
      Intake intake,
      IntakeBudget budget,
      TrafficLimits traffic,
      Clock clock,
      BridgeJournal journal) {}

  /** Tells the broker that it may forget a message. */
  interface Acknowledger {
    void acknowledge(BridgedMessage message);
  }

  /** The receive maximum counts QoS 1 alone. */
  private static final int MOST_QOS0 = 1_000;

  private static final class Pending {
    private final BridgedMessage message;
    private final Acknowledger acknowledger;
    private @Nullable Receipt receipt;
    private @Nullable EndReason failure;

    Pending(BridgedMessage message, Acknowledger acknowledger) {
      this.message = message;
      this.acknowledger = acknowledger;
    }

    boolean isSettled() {
      return receipt != null || failure != null;
    }
  }

  private final BridgedBroker broker;
  private final Supplier<Standing> standing;
  private final Shared shared;
  private final CompletableFuture<EndReason> ended = new CompletableFuture<>();
  private final Deque<Pending> pending = new ArrayDeque<>();
  private int pendingQos0;
  private CompletionStage<Void> handedOver = CompletableFuture.completedFuture(null);
  private boolean hasAcknowledged;

  /** Why nothing is taken any more, once that is so. */
  private @Nullable EndReason refusal;

  /**
   * A session of a connection that is about to be opened.
   *
   * @param standing whether the broker may speak, whenever it is asked
   */
  BridgeSession(BridgedBroker broker, Supplier<Standing> standing, Shared shared) {
    this.broker = broker;
    this.standing = standing;
    this.shared = shared;
  }

  /** Completes when the connection has to be closed, or was. */
  CompletableFuture<EndReason> ended() {
    return ended;
  }

  /** Ends the session; only the first reason counts. */
  void end(EndReason reason) {
    ended.complete(reason);
  }

  /** Ends the session if the broker may not speak any more. */
  void recheck() {
    if (standing.get() instanceof Lost(EndReason reason)) {
      end(reason);
    }
  }

  /** Whether anything was acknowledged: the whole way works. */
  synchronized boolean hasAcknowledged() {
    return hasAcknowledged;
  }

  /**
   * A message came.
   *
   * @param acknowledger of the connection by which it came
   */
  synchronized void onMessage(BridgedMessage message, Acknowledger acknowledger) {
    if (ended.isDone() || refusal != null) {
      return;
    }
    shared.journal().received(broker);
    switch (standing.get()) {
      case Lost(EndReason reason) -> end(reason);
      case Good(Device gateway) -> take(gateway, message, acknowledger);
    }
  }

  private void take(Device gateway, BridgedMessage message, Acknowledger acknowledger) {
    OfOrganisation traffic = shared.traffic().organisation(gateway.organisation());
    int bytes = message.size();
    if (message.qos() == 0 && pendingQos0 >= MOST_QOS0) {
      refuse(EndReason.TOO_MANY_WAITING);
      return;
    }
    if (!traffic.published(bytes)) {
      refuse(EndReason.QUOTA_EXCEEDED);
      return;
    }
    int charged = bytes + IntakeBudget.PER_MESSAGE;
    if (!shared.budget().take(charged)) {
      refuse(EndReason.NO_MEMORY_LEFT);
      return;
    }
    Pending waiting = new Pending(message, acknowledger);
    pending.addLast(waiting);
    pendingQos0 += message.qos() == 0 ? 1 : 0;
    Accepted accepted =
        shared
            .intake()
            .accept(incoming(gateway, message), handedOver, Allowance.shared(traffic::quarantined));
    handedOver = accepted.handedOver();
    accepted
        .stored()
        .whenComplete(
            (receipt, failure) -> {
              shared.budget().giveBack(charged);
              settle(waiting, receipt, failure);
            });
  }

  private IncomingMessage incoming(Device gateway, BridgedMessage message) {
    Optional<UUID> device = broker.pattern().device(message.topic());
    return new IncomingMessage(
        gateway,
        device.map(id -> new BridgedTopic(gateway.id(), id).text()).orElse(message.topic()),
        device.isPresent(),
        message.payload(),
        message.contentType(),
        Optional.empty(),
        OptionalLong.empty(),
        shared.clock().millis(),
        device);
  }

  private synchronized void settle(
      Pending waiting, @Nullable Receipt receipt, @Nullable Throwable failure) {
    if (ended.isDone()) {
      return;
    }
    if (receipt == null) {
      waiting.failure = EndReason.of(failure);
      refusal = refusal == null ? waiting.failure : refusal;
    } else {
      waiting.receipt = receipt;
    }
    if (standing.get() instanceof Lost(EndReason reason)) {
      end(reason);
    } else {
      acknowledgeInOrder();
    }
  }

  private void acknowledgeInOrder() {
    for (Pending first = pending.peekFirst();
        first != null && first.isSettled();
        first = pending.peekFirst()) {
      if (first.receipt == null) {
        end(Objects.requireNonNull(first.failure));
        return;
      }
      pending.removeFirst();
      pendingQos0 -= first.message.qos() == 0 ? 1 : 0;
      first.acknowledger.acknowledge(first.message);
      hasAcknowledged = true;
      shared.journal().acknowledged(broker, first.receipt);
    }
    if (pending.isEmpty() && refusal != null) {
      end(refusal);
    }
  }

  /** Ends the session once all is acknowledged that was taken before. */
  private void refuse(EndReason reason) {
    refusal = reason;
    acknowledgeInOrder();
  }
}
