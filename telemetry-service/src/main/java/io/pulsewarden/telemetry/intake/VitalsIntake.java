package io.pulsewarden.telemetry.intake;

import io.pulsewarden.auditclient.LogLag;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.intake.Preparation.Prepared;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.receipt.Receipt;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * The path of one message: taken apart, sealed, acknowledged by Kafka. Thread-safe.
 *
 * <p>Nothing of it is durable before {@link Accepted#stored} completes, and the device hears of it
 * only then: a crash anywhere before leaves a message that the device sends again.
 */
@Singleton
public final class VitalsIntake {

  private static final Duration PAUSE = Duration.ofMillis(500);

  /**
   * A message under way.
   *
   * @param handedOver completes when its records are in the order for Kafka
   * @param stored completes with what the device may be told, once Kafka has all of it; fails if
   *     that can't be known in time
   */
  public record Accepted(CompletionStage<Void> handedOver, CompletionStage<Receipt> stored) {}

  // Taking a large pack apart and sealing it is work: not on the thread that answers pings.
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final AuditGate gate;
  private final Preparation preparation;
  private final VitalsPublisher publisher;
  private final IntakeMetrics metrics;
  private final IntakeBudget budget;
  private final QuarantineSpace space;

  @Inject
  VitalsIntake(
      DeviceDirectory directory,
      Sealing sealing,
      VitalsPublisher publisher,
      LogLag audit,
      IntakeMetrics metrics,
      IntakeBudget budget,
      QuarantineSpace space,
      IntakeConfiguration configuration) {
    int attempts = Math.max(1, Math.toIntExact(configuration.deliveryTimeout().dividedBy(PAUSE)));
    this.gate = new AuditGate(audit::isOverLimit, PAUSE, attempts, workers);
    this.preparation =
        new Preparation(
            new MessageDecoder(directory),
            new MessageSealer(new PatientSeal(sealing::seal, PAUSE, attempts, workers), directory));
    this.publisher = publisher;
    this.metrics = metrics;
    this.budget = budget;
    this.space = space;
  }

  /** Of parts that a test chooses. */
  VitalsIntake(
      AuditGate gate,
      Preparation preparation,
      VitalsPublisher publisher,
      IntakeMetrics metrics,
      IntakeBudget budget,
      QuarantineSpace space) {
    this.gate = gate;
    this.preparation = preparation;
    this.publisher = publisher;
    this.metrics = metrics;
    this.budget = budget;
    this.space = space;
  }

  /** Completes when messages may come. */
  public CompletionStage<Void> prepare() {
    return publisher.prepare();
  }

  /**
   * Begins with a message.
   *
   * @param before the hand-over of the same connection's message before this one; its order is
   *     kept, and where it fails, so does this message
   * @param allowance what the sender may bring into quarantine; asked in that order
   * @return what fails with an {@link OverLimitException} if the message is too much
   */
  public Accepted accept(
      IncomingMessage message, CompletionStage<Void> before, Allowance allowance) {
    Charge charge = new Charge(budget, space, allowance);
    CompletableFuture<Prepared> prepared =
        gate.pass()
            .thenCompose(
                _ ->
                    SmallPayload.is(message.payload())
                        ? prepare(message, before, charge)
                        : CompletableFuture.completedFuture(message)
                            .thenComposeAsync(large -> prepare(large, before, charge), workers));
    CompletableFuture<CompletionStage<Void>> sent =
        prepared
            .thenCombine(before, (ready, _) -> publisher.send(ready.records()))
            .toCompletableFuture();
    CompletionStage<Receipt> stored =
        sent.thenCompose(acknowledged -> acknowledged)
            .thenApply(_ -> prepared.join().receipt())
            .exceptionallyCompose(failure -> keptWhole(message, failure, charge));
    return new Accepted(
        sent.thenApply(_ -> null),
        stored.whenComplete((_, _) -> charge.giveBack()).whenComplete(metrics::stored));
  }

  private CompletableFuture<Prepared> prepare(
      IncomingMessage message, CompletionStage<Void> before, Charge charge) {
    DecodedMessage decoded = preparation.decode(message);
    charge.takeMemory(message, decoded);
    if (decoded.quarantine().isEmpty()) {
      return preparation.seal(message, decoded, charge);
    }
    // Messages are taken apart side by side. One that comes later must not have what an earlier one
    // then lacks: the earlier one would be refused, and the later one not be kept for it.
    Function<Void, CompletionStage<Prepared>> inTurn =
        _ -> {
          charge.takeRoom(message, decoded);
          return preparation.seal(message, decoded, charge);
        };
    return (SmallPayload.is(message.payload())
            ? before.thenCompose(inTurn)
            : before.thenComposeAsync(inTurn, workers))
        .toCompletableFuture();
  }

  /** Sent again it would be as large again: that is no reason to ask for it. */
  private CompletionStage<Receipt> keptWhole(
      IncomingMessage message, Throwable failure, Charge charge) {
    Throwable cause = Preparation.cause(failure);
    return cause instanceof TooLargeException
        ? preparation
            .whole(message, cause, charge)
            .thenCompose(whole -> publisher.send(whole.records()).thenApply(_ -> whole.receipt()))
        : CompletableFuture.failedFuture(cause);
  }

  @PreDestroy
  void close() {
    workers.close();
  }
}
