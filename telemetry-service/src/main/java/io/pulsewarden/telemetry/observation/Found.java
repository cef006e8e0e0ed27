package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.vitals.MergedReading;

/** A reading with its Observation id and its place in a search's order. */
record Found(String id, Keyset keyset, MergedReading reading) {

  @Override
  public String toString() {
    return "Found[redacted]";
  }
}
