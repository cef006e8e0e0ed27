package io.pulsewarden.auditclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import java.time.Duration;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.junit.jupiter.api.Test;

class LogLagTest {

  private static final AuditEvent EVENT = AuditEvent.newBuilder().setEventId("e").build();

  private final Word word = new Word();
  private final LogLag lag = new LogLag(word, 10, Duration.ofMinutes(1));
  private final RecordingAuditTrail kafka = new RecordingAuditTrail();
  private final AuditTrail limited = new LimitedAuditTrail(kafka, lag::isOverLimit);

  /** What Kafka says. */
  private static final class Word implements TopicProgress {
    private long end = 100;
    private long reached = 95;
    private boolean away;
    private boolean forbidden;

    @Override
    public long end() {
      if (away) {
        throw new IllegalStateException("away");
      }
      if (forbidden) {
        throw new IllegalStateException("refused", new GroupAuthorizationException("progress"));
      }
      return end;
    }

    @Override
    public long reached() {
      return reached;
    }

    @Override
    public void close() {}
  }

  @Test
  void shouldTakeNothingOverItsLimitAndAllAgainBelow() {
    lag.look();
    assertThat(limited.record(EVENT).toCompletableFuture()).isCompleted();

    word.end = 106;
    lag.look();
    assertThat(lag.records()).isEqualTo(11);
    assertThat(limited.record(EVENT).toCompletableFuture())
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(java.util.concurrent.ExecutionException.class)
        .withCauseInstanceOf(AuditUnavailableException.class);
    assertThat(limited.healthy()).isFalse();
    assertThat(kafka.events()).hasSize(1);

    word.reached = 96;
    lag.look();
    assertThat(limited.record(EVENT).toCompletableFuture()).isCompleted();
    assertThat(limited.healthy()).isTrue();
  }

  @Test
  void shouldCountAsOverItsLimitWhileItMayNotAsk() {
    word.forbidden = true;
    lag.attempt();
    assertThat(lag.isOverLimit()).isTrue();

    word.forbidden = false;
    lag.attempt();
    assertThat(lag.isOverLimit()).isFalse();
  }

  @Test
  void shouldKeepItsLastWordWhileKafkaIsAway() {
    word.end = 200;
    lag.look();
    word.away = true;

    assertThatThrownBy(lag::look).hasMessage("away");

    assertThat(lag.isOverLimit()).isTrue();
  }

  @Test
  void shouldNotBeBehindAKeeperThatIsAheadOfARestoredTopic() {
    word.reached = 1000;

    lag.look();

    assertThat(lag.records()).isZero();
    assertThatThrownBy(() -> new LogLag(word, 0, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
