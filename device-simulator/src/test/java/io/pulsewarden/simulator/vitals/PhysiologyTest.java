package io.pulsewarden.simulator.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PhysiologyTest {

  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

  @Test
  void shouldStayWithinWhatAHealthyAdultAtRestHas() {
    for (long seed = 0; seed < 40; seed++) {
      Physiology person = new Physiology(seed);
      for (long s = 0; s < 2 * 86_400; s += 181) {
        Instant at = START.plusSeconds(s);
        assertThat(person.heartRate(at)).isBetween(45.0, 105.0);
        assertThat(person.respiration(at)).isBetween(9.0, 21.0);
        assertThat(person.saturation(at)).isBetween(95.0, 100.0);
        assertThat(person.systolic(at)).isBetween(95.0, 150.0);
        assertThat(person.diastolic(at)).isBetween(50.0, 100.0);
        assertThat(person.mean(at)).isBetween(person.diastolic(at), person.systolic(at));
        assertThat(person.temperature(at)).isBetween(35.9, 37.5);
      }
    }
  }

  @Test
  void shouldGiveTheSameValueForTheSamePersonAndTime() {
    Instant at = START.plusSeconds(12_345);

    double once = new Physiology(7).heartRate(at);

    assertThat(once).isEqualTo(new Physiology(7).heartRate(at));
    assertThat(once).isNotEqualTo(new Physiology(8).heartRate(at));
  }

  @Test
  void shouldBeFasterInTheAfternoonThanAtNight() {
    Physiology person = new Physiology(3);

    assertThat(hourlyMean(person, 16)).isGreaterThan(hourlyMean(person, 4) + 3);
  }

  @Test
  void shouldSwingWithEachBreath() {
    Physiology person = new Physiology(11);
    double least = Double.MAX_VALUE;
    double most = 0;
    for (int tenths = 0; tenths < 300; tenths++) {
      double rate = person.heartRate(START.plus(Duration.ofMillis(100L * tenths)));
      least = Math.min(least, rate);
      most = Math.max(most, rate);
    }

    assertThat(most - least).isBetween(1.5, 9.0);
  }

  private static double hourlyMean(Physiology person, int hour) {
    double sum = 0;
    for (int s = 0; s < 3600; s++) {
      sum += person.heartRate(START.plus(Duration.ofHours(hour)).plusSeconds(s));
    }
    return sum / 3600;
  }
}
