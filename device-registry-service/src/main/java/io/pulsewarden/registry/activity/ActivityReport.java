package io.pulsewarden.registry.activity;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.contracts.telemetry.v1.DeviceActivity;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code telemetry.device-activity.v1} that can be used.
 *
 * @param configurationVersion 0 if none was acknowledged
 */
record ActivityReport(
    UUID deviceId,
    UUID organisationId,
    @Nullable Instant connectedAt,
    @Nullable Instant disconnectedAt,
    long configurationVersion,
    @Nullable Instant acknowledgedAt) {

  /** Empty if the bytes are no such record. */
  static Optional<ActivityReport> parse(byte @Nullable [] value) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      DeviceActivity activity = DeviceActivity.parseFrom(value);
      return Optional.of(
          new ActivityReport(
              UUID.fromString(activity.getDeviceId()),
              UUID.fromString(activity.getOrganisationId()),
              activity.hasConnectedAtMs() ? moment(activity.getConnectedAtMs()) : null,
              activity.hasDisconnectedAtMs() ? moment(activity.getDisconnectedAtMs()) : null,
              Math.max(0, activity.getConfigurationVersion()),
              activity.hasConfigurationAcknowledgedAtMs()
                  ? moment(activity.getConfigurationAcknowledgedAtMs())
                  : null));
    } catch (InvalidProtocolBufferException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /** Within what a clock can say: the database's range is smaller than a long's. */
  private static Instant moment(long millis) {
    if (millis < 0 || millis >>> 43 != 0) {
      throw new IllegalArgumentException("no time of a device");
    }
    return Instant.ofEpochMilli(millis);
  }
}
