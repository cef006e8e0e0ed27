package io.pulsewarden.audit;

import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that a test sets, and that knows how often it was looked at. Thread-safe. */
public final class MovableClock extends Clock {

  private final AtomicLong looks = new AtomicLong();
  private volatile Instant now;

  public MovableClock(String now) {
    this.now = Instant.parse(now);
  }

  public void set(String time) {
    now = Instant.parse(time);
  }

  /** Until somebody has looked at it a few times more, and done what he does then. */
  public void awaitLooks() {
    long enough = looks.get() + 8;
    await().atMost(Duration.ofSeconds(60)).until(() -> looks.get() >= enough);
  }

  @Override
  public Instant instant() {
    looks.incrementAndGet();
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
