package io.pulsewarden.telemetry.devicefeed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class FeedFreshnessTest {

  private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

  private Instant now = START;
  private final FeedFreshness freshness =
      TestDevices.freshness(
          new Clock() {
            @Override
            public ZoneOffset getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
              return this;
            }

            @Override
            public Instant instant() {
              return now;
            }
          });

  @Test
  void shouldAdmitNobodyBeforeTheFeedWasReadToItsEnd() {
    freshness.expect(1);
    freshness.heartbeat(0, START.toEpochMilli());

    assertThat(freshness.admitsSessions()).isFalse();

    freshness.caughtUp();
    assertThat(freshness.admitsSessions()).isTrue();
  }

  @Test
  void shouldBeAsOldAsItsOldestPartition() {
    read(2);
    freshness.heartbeat(0, START.toEpochMilli());
    assertThat(freshness.admitsSessions()).isFalse();

    freshness.heartbeat(1, START.minusSeconds(20).toEpochMilli());
    assertThat(freshness.age()).isEqualTo(Duration.ofSeconds(20));
    assertThat(freshness.admitsSessions()).isTrue();
  }

  @Test
  void shouldAdmitNobodyAfter30SecondsAndKeepNobodyAfter15Minutes() {
    read(1);
    freshness.heartbeat(0, START.toEpochMilli());

    now = START.plusSeconds(30);
    assertThat(freshness.admitsSessions()).isTrue();
    now = START.plusMillis(30_001);
    assertThat(freshness.admitsSessions()).isFalse();
    assertThat(freshness.keepsSessions()).isTrue();
    now = START.plus(Duration.ofMinutes(15)).plusMillis(1);
    assertThat(freshness.keepsSessions()).isFalse();
  }

  @Test
  void shouldNotLookFreshByAnOldBacklogOrAClockThatIsAhead() {
    read(1);
    freshness.heartbeat(0, START.minus(Duration.ofHours(1)).toEpochMilli());
    assertThat(freshness.admitsSessions()).isFalse();

    freshness.heartbeat(0, START.plus(Duration.ofHours(1)).toEpochMilli());
    now = START.plusSeconds(31);
    assertThat(freshness.admitsSessions()).isFalse();
  }

  @Test
  void shouldKeepSessionsButAdmitNobodyWhileItIsReadAnew() {
    read(1);
    freshness.heartbeat(0, START.toEpochMilli());

    freshness.expect(1);

    assertThat(freshness.keepsSessions()).isTrue();
    assertThat(freshness.admitsSessions()).isFalse();
  }

  private void read(int partitions) {
    freshness.expect(partitions);
    freshness.caughtUp();
  }
}
