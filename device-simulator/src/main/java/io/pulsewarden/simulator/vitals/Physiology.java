package io.pulsewarden.simulator.vitals;

import java.time.Instant;
import java.util.SplittableRandom;

/**
 * A resting adult as a function of time: the same seed and instant give the same value, so that two
 * devices on one patient agree, and a message made late is the message that was due.
 *
 * <p>Each signal is a person's own level with a circadian swing, two slow drifts, the 0.1 Hz waves
 * of blood-pressure control (Mayer waves) and, for the heart rate, respiratory sinus arrhythmia.
 * Immutable.
 */
public final class Physiology {

  private static final double TWO_PI = 2 * Math.PI;
  private static final double DAY_SECONDS = 86_400;

  private final double heartRateLevel;
  private final double respirationLevel;
  private final double systolicLevel;
  private final double diastolicLevel;
  private final double saturationLevel;
  private final double temperatureLevel;
  private final double arrhythmia;
  private final double phase;

  /** Draws a person: levels of a healthy adult at rest. */
  public Physiology(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    heartRateLevel = random.nextDouble(60, 86);
    respirationLevel = random.nextDouble(12.5, 17.5);
    systolicLevel = random.nextDouble(110, 134);
    diastolicLevel = systolicLevel * random.nextDouble(0.58, 0.65);
    saturationLevel = random.nextDouble(96, 98.4);
    temperatureLevel = random.nextDouble(36.5, 37.0);
    arrhythmia = random.nextDouble(1, 2.5);
    phase = random.nextDouble(TWO_PI);
  }

  /** Heart rate, /min. */
  public double heartRate(Instant at) {
    double s = seconds(at);
    return heartRateLevel
        + 4 * circadian(s, 16)
        + 2.5 * wave(s, 1900, 1)
        + 1.8 * wave(s, 430, 2)
        + 1.2 * wave(s, 10, 3)
        + arrhythmia * wave(s, 60 / respirationLevel, 4);
  }

  /** Breaths, /min. */
  public double respiration(Instant at) {
    double s = seconds(at);
    return respirationLevel
        + 0.6 * circadian(s, 16)
        + 1.1 * wave(s, 1300, 5)
        + 0.5 * wave(s, 97, 6);
  }

  /** Oxygen saturation, %, at most 100. */
  public double saturation(Instant at) {
    double s = seconds(at);
    double value = saturationLevel + 0.5 * wave(s, 2700, 7) + 0.3 * wave(s, 210, 8);
    return Math.min(100, value);
  }

  /** Systolic pressure, mm[Hg]. */
  public double systolic(Instant at) {
    double s = seconds(at);
    return systolicLevel + 6 * circadian(s, 15) + 4 * wave(s, 1500, 9) + 2.5 * wave(s, 10, 3);
  }

  /** Diastolic pressure, mm[Hg]. */
  public double diastolic(Instant at) {
    double s = seconds(at);
    return diastolicLevel + 4 * circadian(s, 15) + 2.5 * wave(s, 1500, 9) + 1.5 * wave(s, 10, 3);
  }

  /** Mean pressure, mm[Hg], by the usual third of the pulse pressure. */
  public double mean(Instant at) {
    double diastolic = diastolic(at);
    return diastolic + (systolic(at) - diastolic) / 3;
  }

  /** Body temperature, Cel. */
  public double temperature(Instant at) {
    double s = seconds(at);
    return temperatureLevel + 0.35 * circadian(s, 17) + 0.08 * wave(s, 5400, 10);
  }

  private static double seconds(Instant at) {
    return at.toEpochMilli() / 1000.0;
  }

  private static double circadian(double seconds, double peakHour) {
    return Math.cos(TWO_PI * (seconds - peakHour * 3600) / DAY_SECONDS);
  }

  private double wave(double seconds, double period, int signal) {
    return Math.sin(TWO_PI * seconds / period + phase * signal);
  }
}
