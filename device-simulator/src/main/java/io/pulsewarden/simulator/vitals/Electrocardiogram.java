package io.pulsewarden.simulator.vitals;

import io.pulsewarden.simulator.senml.SenmlRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.StringJoiner;

/**
 * Lead II of a person's electrocardiogram: for each beat the sum of five bell curves, P, Q, R, S
 * and T, at the person's heart rate. A picture of one, for trying things out; nothing to be judged.
 */
final class Electrocardiogram {

  private static final int PERIOD_MILLIS = 8;
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final double FACTOR = 0.005;

  /** Where in a beat (0 to 1), how high (mV), how wide. */
  private record Wave(double at, double height, double width) {}

  private static final Wave[] BEAT = {
    new Wave(0.18, 0.15, 0.025),
    new Wave(0.36, -0.12, 0.010),
    new Wave(0.40, 1.20, 0.011),
    new Wave(0.44, -0.25, 0.010),
    new Wave(0.68, 0.32, 0.040)
  };

  private final Physiology person;

  Electrocardiogram(Physiology person) {
    this.person = person;
  }

  /** The samples of the time since then, at most a minute. */
  SenmlRecord leadTwo(Instant until, Duration since) {
    long count =
        Math.max(1, (since.compareTo(LONGEST) > 0 ? LONGEST : since).toMillis() / PERIOD_MILLIS);
    Instant first = until.minusMillis(count * PERIOD_MILLIS);
    // One rate for the whole block, which begins with a beat: where a beat is after years of a rate
    // that changes would be anywhere.
    double beatsEachSample = person.heartRate(until) * PERIOD_MILLIS / 60_000;
    StringJoiner samples = new StringJoiner(" ", "period=8,factor=0.005;", "");
    for (int i = 0; i < count; i++) {
      samples.add(Long.toString(Math.round(millivolts(i * beatsEachSample) / FACTOR)));
    }
    return SenmlRecord.waveform("ecg-ii", "mV", samples.toString(), first);
  }

  private static double millivolts(double beats) {
    double place = beats - Math.floor(beats);
    double sum = 0;
    for (Wave wave : BEAT) {
      double distance = (place - wave.at()) / wave.width();
      sum += wave.height() * Math.exp(-distance * distance / 2);
    }
    return sum;
  }
}
