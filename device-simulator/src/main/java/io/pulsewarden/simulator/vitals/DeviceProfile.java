package io.pulsewarden.simulator.vitals;

import io.pulsewarden.simulator.senml.SenmlRecord;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The kinds of device that measure a simulated person, and what each of their messages holds. */
public enum DeviceProfile {
  /** Ten readings a message: four signals twice, one blood-pressure triple counted as three. */
  BEDSIDE(Duration.ofSeconds(5)) {
    @Override
    public List<SenmlRecord> readings(Physiology person, Instant at, Duration since) {
      Instant earlier = Instant.ofEpochMilli(at.minus(since.dividedBy(2)).toEpochMilli());
      List<SenmlRecord> all = new ArrayList<>(10);
      all.add(rate(HEART_RATE, person.heartRate(at), at));
      all.add(rate(HEART_RATE, person.heartRate(earlier), earlier));
      all.add(rate(PULSE, person.heartRate(at) - 0.2, at));
      all.add(rate(RESPIRATION, person.respiration(at), at));
      all.add(tenths(SATURATION, "%", person.saturation(at), at));
      all.add(tenths(SATURATION, "%", person.saturation(earlier), earlier));
      all.add(tenths(TEMPERATURE, "Cel", person.temperature(at), at));
      pressures(all, person, at);
      return all;
    }
  },
  /** A cuff: a blood pressure each minute. */
  CUFF(Duration.ofMinutes(1)) {
    @Override
    public List<SenmlRecord> readings(Physiology person, Instant at, Duration since) {
      List<SenmlRecord> all = new ArrayList<>(3);
      pressures(all, person, at);
      return all;
    }
  },
  /** A finger clip: saturation and pulse. */
  OXIMETER(Duration.ofSeconds(5)) {
    @Override
    public List<SenmlRecord> readings(Physiology person, Instant at, Duration since) {
      return List.of(
          tenths(SATURATION, "%", person.saturation(at), at),
          rate(PULSE, person.heartRate(at) - 0.2, at));
    }
  },
  /** A chest patch: lead II of an electrocardiogram, and the heart rate. */
  PATCH(Duration.ofSeconds(10)) {
    @Override
    public List<SenmlRecord> readings(Physiology person, Instant at, Duration since) {
      return List.of(
          new Electrocardiogram(person).leadTwo(at, since),
          rate(HEART_RATE, person.heartRate(at), at));
    }
  };

  private static final String HEART_RATE = "8867-4";
  private static final String PULSE = "8889-8";
  private static final String RESPIRATION = "9279-1";
  private static final String SATURATION = "59408-5";
  private static final String TEMPERATURE = "8310-5";
  private static final String SYSTOLIC = "8480-6";
  private static final String DIASTOLIC = "8462-4";
  private static final String MEAN = "8478-0";

  private final Duration interval;

  DeviceProfile(Duration interval) {
    this.interval = interval;
  }

  /**
   * What a device of this kind sends in one message.
   *
   * @param at the time of the newest reading, whole milliseconds
   * @param since the time since the message before
   */
  public abstract List<SenmlRecord> readings(Physiology person, Instant at, Duration since);

  /** How often such a device sends if nobody asks for another rate. */
  public Duration interval() {
    return interval;
  }

  /** The name in files: {@code bedside}, {@code cuff}, {@code oximeter}, {@code patch}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads {@link #wireName}.
   *
   * @throws IllegalArgumentException if there is no such profile
   */
  public static DeviceProfile of(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }

  private static void pressures(List<SenmlRecord> all, Physiology person, Instant at) {
    all.add(pressure(SYSTOLIC, person.systolic(at), at));
    all.add(pressure(DIASTOLIC, person.diastolic(at), at));
    all.add(pressure(MEAN, person.mean(at), at));
  }

  private static SenmlRecord rate(String code, double value, Instant at) {
    return tenths(code, "/min", value, at);
  }

  private static SenmlRecord pressure(String code, double value, Instant at) {
    return new SenmlRecord(code, "mm[Hg]", rounded(value, 0), at);
  }

  private static SenmlRecord tenths(String code, String unit, double value, Instant at) {
    return new SenmlRecord(code, unit, rounded(value, 1), at);
  }

  private static BigDecimal rounded(double value, int scale) {
    return BigDecimal.valueOf(value).setScale(scale, RoundingMode.HALF_UP);
  }
}
