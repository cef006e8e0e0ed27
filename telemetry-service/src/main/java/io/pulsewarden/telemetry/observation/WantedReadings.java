package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.vitals.Wanted;

/** What a search asks for. */
record WantedReadings(TimeSpan span, CodeFilter codes) implements Wanted {

  @Override
  public boolean wants(String code, long timeMillis) {
    return span.holds(timeMillis) && codes.wants(code);
  }

  @Override
  public boolean mayWant(String code) {
    return codes.wants(code);
  }
}
