package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.intake.OverLimitException.Limit;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

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
    takeMemory(message, decoded);
    takeRoom(message, decoded);
  }

  /**
   * Takes memory for what the message becomes.
   *
   * @throws OverLimitException if there is not so much
   */
  void takeMemory(IncomingMessage message, DecodedMessage decoded) {
    long bytes =
        quarantined(message, decoded)
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

  /**
   * Takes what goes to quarantine of what may; last, since it is not given back.
   *
   * @throws OverLimitException if so much may not
   */
  void takeRoom(IncomingMessage message, DecodedMessage decoded) {
    if (decoded.quarantine().isEmpty()) {
      return;
    }
    // A full device behind a gateway must not shut out its neighbours, whose records come in the
    // same messages: what the gateway itself has there counts, and behind a broker, where the
    // gateway is all of a site, the organisation alone.
    Set<UUID> devices = allowance.isShared() ? Set.of() : Set.of(message.sender().id());
    UUID organisation = message.sender().organisation();
    if (!space.hasRoom(organisation, devices)) {
      throw new OverLimitException(Limit.QUARANTINE_HELD);
    }
    long bytes = quarantined(message, decoded);
    if (!allowance.take(Math.max(decoded.receipt().rejected().size(), bytes / KILOBYTE))) {
      throw new OverLimitException(Limit.QUARANTINE_RATE);
    }
    space.came(organisation, devices, decoded.quarantine().size(), bytes);
  }

  /** Bytes of it that go to quarantine. */
  private static long quarantined(IncomingMessage message, DecodedMessage decoded) {
    long bytes = 0;
    for (OpenQuarantine input : decoded.quarantine()) {
      bytes += (long) message.topic().length() + input.payload().size();
    }
    return bytes;
  }
}
