package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.gap.Notice;
import io.pulsewarden.telemetry.intake.Allowance;
import io.pulsewarden.telemetry.intake.IncomingMessage;
import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.intake.VitalsIntake.Accepted;
import io.pulsewarden.telemetry.presence.Connection;
import io.pulsewarden.telemetry.presence.Subscriptions;
import io.pulsewarden.telemetry.proof.DeviceProofs;
import io.pulsewarden.telemetry.receipt.Receipt;
import io.pulsewarden.telemetry.receipt.ReceiptJson;
import io.pulsewarden.telemetry.session.Standing.Good;
import io.pulsewarden.telemetry.session.Standing.Lost;
import io.pulsewarden.telemetry.traffic.TrafficLimits;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One device's session: messages go to the intake in their order, and PUBACKs come back in it, each
 * only when Kafka has all of its message. Everything but {@link #close} and {@link #closeInTurn}
 * runs on the session's own thread.
 *
 * <p>A message that is too much, or is not stored, ends the session in its turn: all before it are
 * answered, and nothing that comes after it is taken. Otherwise a device whose messages in flight
 * are more than it may send would send the first ones again at each reconnection, and they would be
 * stored again each time and never acknowledged.
 *
 * <p>When it closes, what waits is not acknowledged: the device sends it again. What Kafka takes of
 * it meanwhile merges with that.
 */
final class DeviceSession {

  /** What the session hands messages to. */
  interface Intake {
    Accepted accept(IncomingMessage message, CompletionStage<Void> before, Allowance allowance);
  }

  /**
   * How many messages may wait for Kafka.
   *
   * @param qos1 for their PUBACK; one more is against the protocol
   * @param qos0 further ones are dropped: MQTT 5's receive maximum does not count them, so that the
   *     device can't know
   */
  record Limits(int qos1, int qos0) {}

  /** What all sessions share. */
  record Shared(Intake intake, IntakeBudget budget, TrafficLimits traffic, Clock clock) {}

  /** Is told what becomes of the session, on its thread. */
  interface Ledger {

    void subscribed(Subscriptions subscriptions);

    void configured(long version);

    /** A message under QoS 0 was not taken: too many of them wait. */
    void dropped();

    /** Once, at last. */
    void closed(CloseReason reason);
  }

  private static final class Pending {
    private final Publication publication;
    private @Nullable Receipt receipt;
    private @Nullable CloseReason failure;

    Pending(Publication publication) {
      this.publication = publication;
    }

    boolean isSettled() {
      return receipt != null || failure != null;
    }
  }

  /** Far more than a device has in flight. */
  private static final int MOST_IGNORED = 1_000;

  private final Connection connection;
  private final Supplier<Standing> standing;
  private final Peer peer;
  private final Limits limits;
  private final String vitalsTopic;
  private final Shared shared;
  private final Ledger ledger;
  private final TrafficLimits.OfSession traffic;
  private final ConfigurationDelivery configuration;
  private final NoticeDelivery notices;
  private final ProofDelivery proofs;
  private final Deque<Pending> pending = new ArrayDeque<>();
  private int pendingQos0;
  private CompletionStage<Void> handedOver = CompletableFuture.completedFuture(null);
  private final AtomicLong waitingBytes = new AtomicLong();
  private boolean saidGoodbye;

  /** Why nothing is taken any more, once that is so. */
  private @Nullable CloseReason refusal;

  private int ignored;
  private boolean closed;

  /**
   * A session that was let in.
   *
   * @param standing whether it may stand, whenever it is asked
   * @param limits how many messages may wait
   */
  DeviceSession(
      Connection connection,
      Supplier<Standing> standing,
      Peer peer,
      Limits limits,
      Shared shared,
      Ledger ledger) {
    this.connection = connection;
    this.standing = standing;
    this.peer = peer;
    this.limits = limits;
    this.vitalsTopic = Topics.vitals(connection.device());
    this.shared = shared;
    this.ledger = ledger;
    this.traffic = shared.traffic().session(connection.device(), connection.organisation());
    this.configuration = new ConfigurationDelivery(peer);
    this.notices = new NoticeDelivery(peer);
    this.proofs = new ProofDelivery(peer, System::nanoTime);
  }

  UUID device() {
    return connection.device();
  }

  UUID organisation() {
    return connection.organisation();
  }

  /** The id of its connection. */
  UUID connection() {
    return connection.id();
  }

  /**
   * Bytes of messages that wait for Kafka, and go on waiting when the session has ended; from any
   * thread.
   */
  long waitingBytes() {
    return waitingBytes.get();
  }

  /**
   * Something of the device changed: ends the session if it may not stand any more, else tells the
   * device of a new configuration. From any thread.
   */
  void recheck() {
    switch (standing.get()) {
      case Lost(CloseReason reason) -> close(reason);
      case Good(Device device) -> {
        if (device.settings().isPresent()) {
          peer.execute(() -> configuration.offer(device));
        }
      }
    }
  }

  /**
   * The device listens to these topics from now on.
   *
   * @param toConfiguration whether it has just subscribed to its configuration
   */
  void onSubscribed(Subscriptions subscriptions, boolean toConfiguration) {
    ledger.subscribed(subscriptions);
    if (subscriptions.config() == null) {
      configuration.stopListening();
    } else if (toConfiguration) {
      listenToConfiguration();
    }
    if (subscriptions.notices() == null) {
      notices.stopListening();
    }
  }

  /** The device listens to its notices from now on, or goes on with a session that did. */
  void listenToNotices() {
    notices.listen();
  }

  /** Whether there may be a notice for it; from any thread. */
  boolean awaitsNotice(boolean changed) {
    return notices.isDue() || (changed && notices.isListening());
  }

  /**
   * How the device's numbering stands; from any thread.
   *
   * @param notice null if it has none
   */
  void notice(@Nullable Notice notice) {
    peer.execute(() -> notices.offer(notice));
  }

  /** The proof that the device waits for; from any thread. */
  Optional<ProofDelivery.Wanted> wantedProof() {
    return proofs.wanted();
  }

  /** What was found of it; from any thread. */
  void proof(ProofDelivery.Wanted of, DeviceProofs.Answer answer) {
    peer.execute(
        () -> {
          // Nothing of a patient goes to a device that was cut off meanwhile.
          if (!closed && standing.get() instanceof Good) {
            proofs.answered(of, answer);
          }
        });
  }

  /** The device listens to its configuration as it did in the session that it goes on with. */
  void listenToConfiguration() {
    if (standing.get() instanceof Good(Device device)) {
      configuration.listen(device);
    }
  }

  /**
   * The device answered the configuration that was sent last.
   *
   * @param taken whether it said that it has it
   */
  void onConfigurationAnswered(boolean taken) {
    configuration
        .acknowledged()
        .ifPresent(
            version -> {
              if (taken) {
                ledger.configured(version);
              }
            });
  }

  /**
   * The device asks to listen, or to listen no more.
   *
   * @param filters how many it named
   * @return whether it may; if not, the session is closed
   */
  boolean mayAsk(int filters) {
    if (closed || isLeaving()) {
      return false;
    }
    if (!traffic.subscribed(filters)) {
      refuse(CloseReason.MESSAGE_RATE_TOO_HIGH);
      return false;
    }
    return true;
  }

  void onPublish(Publication publication) {
    if (closed || isLeaving()) {
      return;
    }
    if (publication.qos() > 1) {
      refuse(CloseReason.QOS_NOT_SUPPORTED);
    } else if (publication.retain()) {
      refuse(CloseReason.RETAIN_NOT_SUPPORTED);
    } else {
      traffic
          .published(publication.size())
          .ifPresentOrElse(excess -> refuse(reason(excess)), () -> admit(publication));
    }
  }

  /**
   * Whether nothing is taken any more. What was sent before the device can know is ignored; one
   * that sends on and on is not waited for.
   */
  private boolean isLeaving() {
    CloseReason reason = refusal;
    if (reason == null) {
      return false;
    }
    if (++ignored > MOST_IGNORED) {
      closeNow(reason);
    }
    return true;
  }

  private static CloseReason reason(TrafficLimits.Excess excess) {
    return switch (excess) {
      case DEVICE -> CloseReason.MESSAGE_RATE_TOO_HIGH;
      case ORGANISATION -> CloseReason.QUOTA_EXCEEDED;
    };
  }

  private void admit(Publication publication) {
    if (publication.qos() == 0 && pendingQos0 >= limits.qos0()) {
      ledger.dropped();
    } else if (publication.qos() == 1 && pending.size() - pendingQos0 >= limits.qos1()) {
      refuse(CloseReason.TOO_MANY_IN_FLIGHT);
    } else {
      switch (standing.get()) {
        case Good(Device sender) -> take(sender, publication);
        case Lost(CloseReason reason) -> closeNow(reason);
      }
    }
  }

  private void take(Device sender, Publication publication) {
    int bytes = waiting(publication);
    if (!shared.budget().take(bytes)) {
      refuse(CloseReason.NO_MEMORY_LEFT);
      return;
    }
    waitingBytes.addAndGet(bytes);
    Pending waiting = new Pending(publication);
    pending.addLast(waiting);
    pendingQos0 += publication.qos() == 0 ? 1 : 0;
    Accepted accepted =
        shared
            .intake()
            .accept(
                new IncomingMessage(
                    sender,
                    publication.topic(),
                    publication.topic().equals(vitalsTopic),
                    publication.payload(),
                    publication.contentType(),
                    publication.sent(),
                    publication.sequence(),
                    shared.clock().millis()),
                handedOver,
                traffic::quarantined);
    handedOver = accepted.handedOver();
    accepted
        .stored()
        .whenComplete(
            (receipt, failure) -> {
              shared.budget().giveBack(bytes);
              peer.execute(() -> settle(waiting, receipt, failure));
            });
  }

  /** Bytes for which it is charged: the device chooses how long a topic is, too. */
  private static int waiting(Publication publication) {
    return Math.toIntExact(publication.size() + IntakeBudget.PER_MESSAGE);
  }

  private void settle(Pending waiting, @Nullable Receipt receipt, @Nullable Throwable failure) {
    waitingBytes.addAndGet(-waiting(waiting.publication));
    if (closed) {
      return;
    }
    if (receipt == null) {
      // Not known to be stored: no PUBACK, ever. The device sends it again after it reconnects.
      waiting.failure = CloseReason.of(failure);
      refusal = refusal == null ? waiting.failure : refusal;
    } else {
      waiting.receipt = receipt;
    }
    // A PUBACK after the registry's word would be a receipt of a device that was cut off by then.
    if (standing.get() instanceof Lost(CloseReason reason)) {
      closeNow(reason);
    } else {
      answerInOrder();
    }
  }

  private void answerInOrder() {
    for (Pending first = pending.peekFirst();
        !closed && first != null && first.isSettled();
        first = pending.peekFirst()) {
      if (first.receipt == null) {
        closeNow(Objects.requireNonNull(first.failure));
        return;
      }
      pending.removeFirst();
      pendingQos0 -= first.publication.qos() == 0 ? 1 : 0;
      answer(first.publication, first.receipt);
    }
    if (pending.isEmpty() && refusal != null) {
      closeNow(refusal);
    }
  }

  /** Ends the session once all is answered that was taken before. */
  private void refuse(CloseReason reason) {
    refusal = reason;
    answerInOrder();
  }

  private void answer(Publication publication, Receipt receipt) {
    if (publication.qos() == 1) {
      peer.acknowledge(publication.packetId(), Acknowledgement.of(receipt), receipt.reasons());
    }
    if (peer.listensToReceipts()) {
      peer.sendReceipt(
          publication,
          ReceiptJson.write(receipt, publication.packetId(), sha256(publication.payload())));
      if (publication.proof()) {
        prove(publication, receipt);
      }
    }
  }

  private void prove(Publication publication, Receipt receipt) {
    if (receipt.accepted() == 0) {
      proofs.refuse(publication, "nothing-taken");
    } else {
      proofs.ask(publication, receipt.receivedAtMillis());
    }
  }

  /** The device takes its leave; one that wants its Will to be heard does not. */
  void onGoodbye() {
    saidGoodbye = true;
  }

  /** The connection is gone, whoever ended it. */
  void onClosed() {
    ended(saidGoodbye ? CloseReason.DEVICE_LEFT : CloseReason.CONNECTION_LOST);
  }

  /** Ends the session; from any thread. */
  void close(CloseReason reason) {
    peer.execute(() -> closeNow(reason));
  }

  /** The same, by what the device sent last: all before that is answered first. */
  void closeInTurn(CloseReason reason) {
    peer.execute(
        () -> {
          if (!closed && refusal == null) {
            refuse(reason);
          }
        });
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
      traffic.closed();
      ledger.closed(reason);
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
