package io.pulsewarden.keys.rotation;

import io.pulsewarden.keys.kek.KekName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** KEKs that something does not succeed with: why, and when it is tried again. For one thread. */
final class Troubles {

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private record Trouble(String reason, Duration pause, Instant next) {}

  private final Map<KekName, Trouble> troubles = new HashMap<>();
  private final String what;

  /**
   * @param what does not succeed, for the log
   */
  Troubles(String what) {
    this.what = what;
  }

  String what() {
    return what;
  }

  /** Whether it is too early to try again. A clock that was set back does not make it so. */
  boolean tooEarly(KekName kek, Instant now) {
    Trouble trouble = troubles.get(kek);
    return trouble != null
        && now.isBefore(trouble.next())
        && now.plus(LONGEST_PAUSE).isAfter(trouble.next());
  }

  /** Remembers it; whether it is another trouble than the last time. */
  boolean isNew(KekName kek, String reason, Instant now) {
    Trouble before = troubles.get(kek);
    Duration pause = before == null ? FIRST_PAUSE : before.pause().multipliedBy(2);
    Duration bounded = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    troubles.put(kek, new Trouble(reason, bounded, now.plus(bounded)));
    return before == null || !before.reason().equals(reason);
  }

  void over(KekName kek) {
    troubles.remove(kek);
  }
}
