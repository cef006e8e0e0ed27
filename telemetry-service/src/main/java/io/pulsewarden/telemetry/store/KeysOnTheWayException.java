package io.pulsewarden.telemetry.store;

import java.util.concurrent.CompletionStage;

/**
 * Keys are needed that are not in memory, where nobody may wait for them. They have been asked for.
 */
public final class KeysOnTheWayException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient CompletionStage<?> arrival;

  KeysOnTheWayException(CompletionStage<?> arrival) {
    super("keys are on their way", null, false, false);
    this.arrival = arrival;
  }

  /** Completes when they are in memory; fails if they can't be had. */
  CompletionStage<?> arrival() {
    return arrival;
  }
}
