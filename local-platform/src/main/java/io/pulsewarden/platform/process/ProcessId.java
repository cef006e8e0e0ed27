package io.pulsewarden.platform.process;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A process by pid and start time, since a pid alone may by now be another's.
 *
 * @param pid the operating system's number
 * @param startedAt when it started, as the operating system tells it
 */
public record ProcessId(long pid, Instant startedAt) {

  /** The operating system counts in ticks; two readings of one start may differ by one of them. */
  private static final Duration TICK = Duration.ofMillis(50);

  public static ProcessId of(ProcessHandle handle) {
    return new ProcessId(handle.pid(), handle.info().startInstant().orElse(Instant.EPOCH));
  }

  /** Empty if it ended, even if another process now has its pid. */
  public Optional<ProcessHandle> handle() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(
            handle ->
                handle
                    .info()
                    .startInstant()
                    .map(start -> Duration.between(start, startedAt).abs().compareTo(TICK) <= 0)
                    .orElse(true));
  }

  public boolean isAlive() {
    return handle().isPresent();
  }
}
