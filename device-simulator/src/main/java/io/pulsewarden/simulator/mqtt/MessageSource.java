package io.pulsewarden.simulator.mqtt;

/** What a device has to say, and when. Used by one thread at a time. */
public interface MessageSource {

  /** What {@link #nanosUntilNext} answers when there is nothing more. */
  long NEVER = Long.MAX_VALUE;

  /** Nanoseconds until the next message is due; zero or less if it is due, or {@link #NEVER}. */
  long nanosUntilNext();

  /** The next message; only called once it is due. */
  OutgoingMessage next();
}
