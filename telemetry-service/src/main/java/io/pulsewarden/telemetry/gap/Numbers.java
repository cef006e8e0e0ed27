package io.pulsewarden.telemetry.gap;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a sender's numbering.
 *
 * @param run how often it began anew
 * @param newest the highest number of this run
 * @param newestLastMillis when the last reading of that message was measured
 * @param newestReceivedMillis when that message came
 * @param newestPatient whose it was; null for nobody's
 * @param runStartedMillis when the first reading of this run was measured; null if it has none
 * @param latestMillis the latest measured of this run; null if it has none
 * @param received messages that have come, the late ones among them
 * @param late of those, how many filled a gap
 * @param gapsNotKept because there were too many
 */
public record Numbers(
    int run,
    long newest,
    long newestLastMillis,
    long newestReceivedMillis,
    @Nullable UUID newestPatient,
    @Nullable Long runStartedMillis,
    @Nullable Long latestMillis,
    long received,
    long late,
    long gapsNotKept) {

  static Numbers beginning(NumberedMessage message) {
    return new Numbers(0, 0, 0, 0, null, null, null, 0, 0, 0).advanced(message);
  }

  /** The message is the newest from now on. */
  Numbers advanced(NumberedMessage message) {
    return new Numbers(
        run,
        message.sequence(),
        message.lastMillis(),
        message.receivedAtMillis(),
        message.patient(),
        started(message),
        latest(message),
        received + 1,
        late,
        gapsNotKept);
  }

  /** The numbering begins anew, with this message. */
  Numbers restarted(NumberedMessage message) {
    return new Numbers(run + 1, 0, 0, 0, null, null, null, received, late, gapsNotKept)
        .advanced(message);
  }

  /** Another record of a message that has come already. */
  Numbers repeated(NumberedMessage message) {
    if (message.receivedAtMillis() > newestReceivedMillis || message.readings() == null) {
      return this;
    }
    boolean ofNewest = message.sequence() == newest;
    return new Numbers(
        run,
        newest,
        ofNewest ? Math.max(newestLastMillis, message.lastMillis()) : newestLastMillis,
        newestReceivedMillis,
        ofNewest && newestPatient == null ? message.patient() : newestPatient,
        started(message),
        latest(message),
        received,
        late,
        gapsNotKept);
  }

  Numbers withLate() {
    return new Numbers(
        run,
        newest,
        newestLastMillis,
        newestReceivedMillis,
        newestPatient,
        runStartedMillis,
        latestMillis,
        received + 1,
        late + 1,
        gapsNotKept);
  }

  Numbers withGapNotKept() {
    return new Numbers(
        run,
        newest,
        newestLastMillis,
        newestReceivedMillis,
        newestPatient,
        runStartedMillis,
        latestMillis,
        received,
        late,
        gapsNotKept + 1);
  }

  private @Nullable Long started(NumberedMessage message) {
    return message.readings() == null || runStartedMillis != null
        ? runStartedMillis
        : Long.valueOf(message.firstMillis());
  }

  private @Nullable Long latest(NumberedMessage message) {
    if (message.readings() == null) {
      return latestMillis;
    }
    return latestMillis == null
        ? message.lastMillis()
        : Math.max(latestMillis, message.lastMillis());
  }
}
