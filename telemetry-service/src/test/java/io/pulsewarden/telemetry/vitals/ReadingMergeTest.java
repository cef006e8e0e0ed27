package io.pulsewarden.telemetry.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReadingMergeTest {

  @Test
  void shouldWithdrawAReadingOnlyWithAllItsCopies() {
    ReadingMerge.Copy withdrawn = new ReadingMerge.Copy(heart("62"), true);
    ReadingMerge.Copy other = new ReadingMerge.Copy(heart("63"), false);

    assertThat(ReadingMerge.mergeCopies(List.of(withdrawn, other)))
        .containsExactly(
            new MergedReading(heart("62"), 0, true), new MergedReading(heart("63"), 1, false));
    assertThat(
            ReadingMerge.mergeCopies(
                List.of(withdrawn, new ReadingMerge.Copy(heart("62"), false), other)))
        .extracting(MergedReading::withdrawn)
        .containsExactly(false, false);
  }

  private static final UUID PATIENT = UUID.randomUUID();
  private static final UUID DEVICE = UUID.randomUUID();
  private static final UUID CUFF = UUID.randomUUID();

  @Test
  void shouldShowARedeliveredReadingOnce() {
    assertThat(ReadingMerge.merge(List.of(heart("62.8"), heart("62.80"), heart("62.8"))))
        .containsExactly(new MergedReading(heart("62.8"), 0));
  }

  @Test
  void shouldKeepAnotherValueAsAmendment() {
    List<MergedReading> merged =
        ReadingMerge.merge(List.of(heart("62"), heart("63"), heart("62"), heart("64")));
    assertThat(merged)
        .containsExactly(
            new MergedReading(heart("62"), 0),
            new MergedReading(heart("63"), 1),
            new MergedReading(heart("64"), 2));
    assertThat(merged).extracting(MergedReading::amends).containsExactly(false, true, true);
  }

  @Test
  void shouldKeepOrdinalsWhenMoreIsStoredBehind() {
    List<SourcedReading> stored = List.of(heart("62"), heart("63"));
    List<SourcedReading> more = List.of(heart("62"), heart("63"), heart("64"), heart("63"));
    assertThat(ReadingMerge.merge(more)).startsWith(array(ReadingMerge.merge(stored)));
  }

  @Test
  void shouldNotLetOneSourceHideAnother() {
    SourcedReading arterial = panel(DEVICE, "120");
    SourcedReading cuff = panel(CUFF, "120");
    SourcedReading byApp = new SourcedReading(PATIENT, CUFF, DEVICE, arterial.reading());
    assertThat(ReadingMerge.merge(List.of(arterial, cuff, byApp)))
        .hasSize(3)
        .noneMatch(MergedReading::amends);
  }

  private static MergedReading[] array(List<MergedReading> readings) {
    return readings.toArray(MergedReading[]::new);
  }

  private static SourcedReading heart(String value) {
    return new SourcedReading(
        PATIENT,
        DEVICE,
        DEVICE,
        new Reading.Quantity(VitalSign.HEART_RATE, 1_000, new BigDecimal(value)));
  }

  private static SourcedReading panel(UUID device, String systolic) {
    return new SourcedReading(
        PATIENT,
        device,
        device,
        new Reading.BloodPressure(1_000, new BigDecimal(systolic), null, null));
  }
}
