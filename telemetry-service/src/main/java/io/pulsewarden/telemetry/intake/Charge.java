package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.intake.OverLimitException.Limit;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * What one message takes of the limits besides its payload: what it becomes until Kafka has it, and
 * what of it goes to quarantine. Asked for before anything of it is sealed. Thread-safe.
 */
final class Charge implements Preparation.Limits {

  /** Envelope, headers and objects of a record for Kafka. */
  private static final int RECORD_BYTES = 512;

  /** A reading in its block, or what the receipt says of a record. */
  private static final int ENTRY_BYTES = 32;

  private static final int KILOBYTE = 1024;

  private final IntakeBudget budget;
  private final QuarantineSpace space;
  private final Allowance allowance;
  private final AtomicInteger taken = new AtomicInteger();

  Charge(IntakeBudget budget, QuarantineSpace space, Allowance allowance) {
    this.budget = budget;
    this.space = space;
    this.allowance = allowance;
  }

  /** What was taken before for the same message stays so until it is given back. */
  @Override
  public void take(IncomingMessage message, DecodedMessage decoded) {
    long quarantined = 0;
    for (OpenQuarantine input : decoded.quarantine()) {
      quarantined += bytes(message, input);
    }
    if (!decoded.quarantine().isEmpty()) {
      requireRoom(message, decoded, quarantined);
    }
    long bytes =
        quarantined
            + RECORD_BYTES * (long) (decoded.quarantine().size() + decoded.batches().size())
            + ENTRY_BYTES * (long) decoded.receipt().records();
    int more = (int) Math.min(Integer.MAX_VALUE, bytes);
    if (!budget.take(more)) {
      throw new OverLimitException(Limit.MEMORY);
    }
    taken.addAndGet(more);
  }

  /** Kafka has the message, or never will. */
  void giveBack() {
    budget.giveBack(taken.getAndSet(0));
  }

  private void requireRoom(IncomingMessage message, DecodedMessage decoded, long bytes) {
    // One device behind a broker must not shut out its neighbours: there the organisation counts.
    Set<UUID> devices =
        allowance.isShared()
            ? Set.of()
            : decoded.quarantine().stream()
                .map(OpenQuarantine::device)
                .collect(Collectors.toUnmodifiableSet());
    if (!space.hasRoom(message.sender().organisation(), devices)) {
      throw new OverLimitException(Limit.QUARANTINE_HELD);
    }
    long weight = Math.max(decoded.receipt().rejected().size(), bytes / KILOBYTE);
    if (!allowance.take(weight)) {
      throw new OverLimitException(Limit.QUARANTINE_RATE);
    }
  }

  private static long bytes(IncomingMessage message, OpenQuarantine input) {
    return (long) message.topic().length() + input.payload().size();
  }
}
