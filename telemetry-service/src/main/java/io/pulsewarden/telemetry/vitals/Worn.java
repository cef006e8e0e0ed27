package io.pulsewarden.telemetry.vitals;

import java.util.UUID;

/**
 * By which assignment, in which version of it, readings are a patient's.
 *
 * @param version 32 bits, unsigned in the contract, never negative here
 */
public record Worn(UUID assignment, int version) {

  public Worn {
    if (version < 0) {
      throw new IllegalArgumentException("a version below 0");
    }
  }
}
