package io.pulsewarden.telemetry.session;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How much devices and organisations may send to this instance. An organisation's limits are shared
 * by its devices here; other instances count for themselves. Thread-safe.
 */
@Singleton
final class TrafficLimits {

  /** Messages and bytes of one sender. */
  private record Buckets(TokenBucket messages, TokenBucket bytes) {
    boolean take(int size) {
      return messages.take(1) && bytes.take(size);
    }
  }

  private final MqttConfiguration.Traffic limits;
  private final Clock clock;
  private final Map<UUID, Buckets> organisations = new ConcurrentHashMap<>();

  TrafficLimits(MqttConfiguration limits, Clock clock) {
    this.limits = limits.traffic();
    this.clock = clock;
  }

  /** The limits of one session. */
  final class OfSession {
    private final Buckets own =
        buckets(limits.deviceMessagesPerSecond(), limits.deviceBytesPerSecond());
    private final TokenBucket quarantined = bucket(limits.deviceQuarantinedPerSecond());
    private final Buckets organisation;

    private OfSession(Buckets organisation) {
      this.organisation = organisation;
    }

    /** Counts a message; why the session has to end, if that was one too much. */
    Optional<CloseReason> published(int bytes) {
      if (!own.take(bytes)) {
        return Optional.of(CloseReason.MESSAGE_RATE_TOO_HIGH);
      }
      return organisation.take(bytes) ? Optional.empty() : Optional.of(CloseReason.QUOTA_EXCEEDED);
    }

    /** Counts a message of which something went to quarantine. */
    Optional<CloseReason> quarantined() {
      return quarantined.take(1) ? Optional.empty() : Optional.of(CloseReason.QUOTA_EXCEEDED);
    }
  }

  /** A new session of a device of this organisation. */
  OfSession session(UUID organisation) {
    return new OfSession(
        organisations.computeIfAbsent(
            organisation,
            _ ->
                buckets(
                    limits.organisationMessagesPerSecond(), limits.organisationBytesPerSecond())));
  }

  private Buckets buckets(double messages, double bytes) {
    return new Buckets(bucket(messages), bucket(bytes));
  }

  private TokenBucket bucket(double perSecond) {
    return new TokenBucket(clock, perSecond, perSecond * limits.burst().toSeconds());
  }
}
