package io.pulsewarden.telemetry.keys;

import io.pulsewarden.envelope.EnvelopeContext;

/**
 * An envelope and where it stands.
 *
 * @param envelope not changed by opening it
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier to be taken apart; nobody compares two.
public record SealedItem(EnvelopeContext context, Purpose purpose, byte[] envelope) {

  @Override
  public String toString() {
    return "SealedItem[" + context + ", " + purpose + "]";
  }
}
