package io.pulsewarden.telemetry.vitals;

/** Which readings of a block are wanted, told before they are made: most of an hour are not. */
public interface Wanted {

  /** All of them. */
  Wanted ALL =
      new Wanted() {
        @Override
        public boolean wants(String code, long timeMillis) {
          return true;
        }

        @Override
        public boolean mayWant(String code) {
          return true;
        }
      };

  /**
   * Whether a reading is.
   *
   * @param code of the Observation, as {@link Reading#code}
   */
  boolean wants(String code, long timeMillis);

  /** Whether some reading of the code may be, at whatever time. */
  boolean mayWant(String code);

  /** The same of a reading that is there. */
  default boolean wants(Reading reading) {
    return wants(reading.code(), reading.timeMillis());
  }
}
