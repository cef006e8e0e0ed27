package io.pulsewarden.benchmarks.read;

import io.pulsewarden.telemetry.vitals.Reading;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import io.pulsewarden.telemetry.vitals.VitalSign;
import io.pulsewarden.telemetry.vitals.Worn;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Five codes a second of one patient, wandering as a monitor's do. One thread at a time. */
final class SyntheticVitals {

  static final int CODES = 5;

  private final Random random;
  private final Worn worn;
  private int heart = 72;
  private int breaths = 16;
  private int saturation = 97;
  private int temperature = 368;

  SyntheticVitals(long seed, Worn worn) {
    this.random = new Random(seed);
    this.worn = worn;
  }

  /** The next message: all codes at one moment, some milliseconds beside the second. */
  VitalBlock at(long millis) {
    long time = millis + random.nextInt(20);
    heart = step(heart, 4, 45, 160);
    breaths = step(breaths, 10, 8, 35);
    saturation = step(saturation, 10, 88, 100);
    temperature = step(temperature, 60, 355, 400);
    return new VitalBlock(
        false,
        List.of(
            reading(VitalSign.HEART_RATE, time, heart, 0),
            reading(VitalSign.PULSE_RATE, time, heart, 0),
            reading(VitalSign.RESPIRATORY_RATE, time, breaths, 0),
            reading(VitalSign.OXYGEN_SATURATION, time, saturation, 0),
            reading(VitalSign.BODY_TEMPERATURE, time, temperature, 1)),
        Optional.of(worn));
  }

  private int step(int value, int seldom, int lowest, int highest) {
    int change = random.nextInt(seldom) == 0 ? random.nextInt(5) - 2 : 0;
    return Math.clamp(value + change, lowest, highest);
  }

  private static Reading reading(VitalSign sign, long time, int unscaled, int scale) {
    return new Reading.Quantity(sign, time, BigDecimal.valueOf(unscaled, scale));
  }
}
