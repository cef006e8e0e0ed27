package io.pulsewarden.telemetry.intake;

/** A sealed record on its way to Kafka. */
@SuppressWarnings("ArrayRecordComponent") // A carrier to be taken apart; nobody compares two.
record OutgoingRecord(String topic, String key, byte[] value) {

  static final String VITALS = "telemetry.vitals.v1";
  static final String QUARANTINE = "telemetry.quarantine.v1";
}
