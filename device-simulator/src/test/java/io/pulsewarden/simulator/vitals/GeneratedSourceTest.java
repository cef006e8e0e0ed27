package io.pulsewarden.simulator.vitals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.simulator.mqtt.MessageSource;
import io.pulsewarden.simulator.mqtt.OutgoingMessage;
import io.pulsewarden.simulator.senml.SenmlRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GeneratedSourceTest {

  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final UUID DEVICE = UUID.fromString("7d5b0a4e-4f0e-4c3c-9d5a-0d8a4f1c2b3a");

  @Test
  void shouldMeasureAtTheTimesThatWereDueHoweverLateItIs() {
    GeneratedSource source = source(Duration.ofSeconds(5));

    OutgoingMessage first = source.next();
    OutgoingMessage second = source.next();

    assertThat(first.label()).isEqualTo(Long.toString(NOW.toEpochMilli()));
    assertThat(second.label()).isEqualTo(Long.toString(NOW.toEpochMilli() + 5000));
  }

  @Test
  void shouldBeDueAtOnceAndThenNotBeforeTheInterval() {
    GeneratedSource source = source(Duration.ofHours(1));
    assertThat(source.nanosUntilNext()).isLessThanOrEqualTo(0);

    source.next();

    assertThat(source.nanosUntilNext()).isGreaterThan(Duration.ofMinutes(59).toNanos());
  }

  @Test
  void shouldFollowTheIntervalThatTheRegistryWantsFromTheLastMeasurementOn() {
    GeneratedSource source = source(Duration.ofHours(1));
    source.next();

    source.sampleEvery(Optional.of(Duration.ofMinutes(10)));

    assertThat(source.nanosUntilNext())
        .isBetween(Duration.ofMinutes(9).toNanos(), Duration.ofMinutes(10).toNanos());
    assertThat(source.next().label())
        .isEqualTo(Long.toString(NOW.plus(Duration.ofMinutes(10)).toEpochMilli()));
    assertThat(source.next().label())
        .isEqualTo(Long.toString(NOW.plus(Duration.ofMinutes(20)).toEpochMilli()));

    source.sampleEvery(Optional.empty());
    assertThat(source.nanosUntilNext()).isGreaterThan(Duration.ofMinutes(59).toNanos());
  }

  @Test
  void shouldLeaveNothingOutThatIsOverdueWhenTheIntervalGrows() {
    GeneratedSource source = source(Duration.ofMillis(1));
    source.next();
    await().until(() -> source.nanosUntilNext() < 0);

    source.sampleEvery(Optional.of(Duration.ofHours(1)));

    assertThat(source.nanosUntilNext()).isLessThan(0);
    assertThat(source.next().label()).isEqualTo(Long.toString(NOW.toEpochMilli() + 1));
    assertThat(source.nanosUntilNext()).isGreaterThan(Duration.ofMinutes(59).toNanos());
  }

  @Test
  void shouldKeepItsOwnRateIfItIsTold() {
    GeneratedSource source = source(Duration.ofHours(1));
    MessageSource fixed = source.atOwnRate();
    fixed.next();

    fixed.sampleEvery(Optional.of(Duration.ofSeconds(1)));

    assertThat(fixed.nanosUntilNext()).isGreaterThan(Duration.ofMinutes(59).toNanos());
  }

  @Test
  void shouldNeverGiveOneMillisecondToTwoMessages() {
    GeneratedSource source = source(Duration.ofNanos(100_000));

    assertThat(source.next().label()).isNotEqualTo(source.next().label());
  }

  @Test
  void shouldHaveTenReadingsInABedsideMessage() {
    assertThat(source(Duration.ofSeconds(1)).next().records()).isEqualTo(10);
  }

  @Test
  void shouldHaveTheWholeTimeSinceTheLastMessageInABlockOfAnElectrocardiogram() {
    SenmlRecord block =
        DeviceProfile.PATCH.readings(new Physiology(1), NOW, Duration.ofSeconds(10)).getFirst();

    assertThat(block.time()).isEqualTo(NOW.minusSeconds(10));
    assertThat(block.samples())
        .startsWith("period=8,factor=0.005;")
        .satisfies(text -> assertThat(text.split(" ", -1)).hasSize(1_250))
        .satisfies(
            text ->
                assertThat(
                        Arrays.stream(text.substring(text.indexOf(';') + 1).split(" ", -1))
                            .mapToInt(Integer::parseInt)
                            .max()
                            .orElseThrow())
                    .isGreaterThan(200));
  }

  @ParameterizedTest
  @EnumSource
  void shouldMeasureEachSignOnceATime(DeviceProfile profile) {
    List<SenmlRecord> readings = profile.readings(new Physiology(1), NOW, Duration.ofSeconds(5));

    assertThat(readings).doesNotHaveDuplicates();
    assertThat(readings).extracting(each -> each.name() + each.time()).doesNotHaveDuplicates();
    assertThat(DeviceProfile.of(profile.wireName())).isEqualTo(profile);
  }

  private static GeneratedSource source(Duration interval) {
    return new GeneratedSource(
        DEVICE, DeviceProfile.BEDSIDE, new Physiology(1), interval, Duration.ZERO, CLOCK);
  }
}
