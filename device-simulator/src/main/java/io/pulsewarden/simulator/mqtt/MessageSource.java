package io.pulsewarden.simulator.mqtt;

import java.time.Duration;
import java.util.Optional;

/** What a device has to say, and when. Used by one thread at a time. */
public interface MessageSource {

  /** What {@link #nanosUntilNext} answers when there is nothing more. */
  long NEVER = Long.MAX_VALUE;

  /** Nanoseconds until the next message is due; zero or less if it is due, or {@link #NEVER}. */
  long nanosUntilNext();

  /** The next message; only called once it is due. */
  OutgoingMessage next();

  /**
   * The registry wants so much time between two measurements, or, if empty, leaves it to the
   * device. A source whose pace is given otherwise does nothing about it.
   */
  default void sampleEvery(Optional<Duration> interval) {}
}
