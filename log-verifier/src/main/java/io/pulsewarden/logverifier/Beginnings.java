package io.pulsewarden.logverifier;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What may be believed of a chain that does not begin in what is kept of a log. Its beginning was
 * pruned, or somebody dropped it (docs/formats/pruned-log.md). Not thread-safe.
 */
final class Beginnings {

  /** No service's certificate lives longer. */
  private static final Duration LONGEST_CERTIFICATE = Duration.ofDays(398);

  private long skipped;
  private long lastSkipped = -1;
  private @Nullable Instant pruned;

  /** An entry that is not there, and does not have to be. */
  void skip(long index) {
    skipped++;
    lastSkipped = index;
    pruned = null;
  }

  /** A record that is there: what is not was written before it. */
  void kept(long recordedAtMs, Instant prunedBefore) {
    if (pruned == null && skipped > 0) {
      Instant recorded = Instant.ofEpochMilli(recordedAtMs);
      pruned = recorded.isAfter(prunedBefore) ? recorded : prunedBefore;
    }
  }

  long skipped() {
    return skipped;
  }

  /** Whether a chain may have begun in entries that are not there. */
  boolean mayBeMissing() {
    return skipped > 0;
  }

  /** Whether a chain that was alive when the last of them were written would have spoken since. */
  boolean areLongAgo(HourAgo hour) {
    return hour.place() > lastSkipped;
  }

  /**
   * Why a chain must have shown the certificate that its head is signed with since: it had no way
   * of showing it before.
   *
   * @param signer if another chain showed that certificate
   * @return null if it may have been shown in what is not there
   */
  @Nullable String objection(long recordedAtMs, @Nullable Signer signer) {
    Instant before = pruned;
    if (before == null) {
      return null;
    }
    if (signer != null && signer.since().isAfter(before.plus(ServiceCa.EARLY))) {
      return "is signed with a certificate that its chain never showed, and that is younger than"
          + " what was pruned: the chain's beginning is missing";
    }
    return Instant.ofEpochMilli(recordedAtMs).isAfter(before.plus(LONGEST_CERTIFICATE))
        ? "is signed with a certificate that its chain never showed, and none lives since what was"
            + " pruned: the chain's beginning is missing"
        : null;
  }
}
