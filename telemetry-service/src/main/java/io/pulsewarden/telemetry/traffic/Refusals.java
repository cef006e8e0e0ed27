package io.pulsewarden.telemetry.traffic;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How often CONNECTs by one certificate are refused, so that nobody fills the audit log with them.
 * By the certificate and not by its device: whoever has one that counts no more can't use up what
 * the device may do with the one that it has now. Thread-safe.
 */
final class Refusals {

  private final Map<String, TokenBucket> certificates = new ConcurrentHashMap<>();
  private final double perSecond;
  private final Duration burst;
  private final Clock clock;

  Refusals(double perSecond, Duration burst, Clock clock) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.clock = clock;
  }

  /** Counts one; false where they are too many to be told of. */
  boolean take(String fingerprint) {
    return certificates
        .computeIfAbsent(fingerprint, _ -> DeviceBuckets.bucket(perSecond, burst, clock))
        .take(1);
  }

  /** Forgets certificates that say nothing that a new one would not. */
  void sweep() {
    certificates
        .keySet()
        .forEach(
            fingerprint ->
                certificates.computeIfPresent(
                    fingerprint, (_, bucket) -> bucket.isFull() ? null : bucket));
  }

  /** Certificates that are remembered. */
  int size() {
    return certificates.size();
  }
}
