package io.pulsewarden.registry.est;

import io.pulsewarden.registry.device.ClaimStanding;
import io.pulsewarden.registry.device.DeviceKind;
import io.pulsewarden.registry.device.DeviceSettings;
import io.pulsewarden.registry.device.EffectiveConfiguration;
import io.pulsewarden.registry.device.Lifecycle;
import io.pulsewarden.registry.feed.DeviceSnapshot;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Looks at a device in one round trip, by the database's {@code enrolment_look}. */
@ApplicationScoped
class DeviceLookStore {

  private static final String LOOK = "SELECT * FROM enrolment_look($1, $2, $3, $4)";

  private final Pool pool;
  private final Clock clock;

  DeviceLookStore(Pool pool, Clock clock) {
    this.pool = pool;
    this.clock = clock;
  }

  /** Of the device that somebody says to be; empty if there is none. */
  Uni<Optional<DeviceLook>> byClaim(Credentials credentials) {
    return look(credentials.deviceId(), credentials.claimHash(), null);
  }

  /** Of the device that a certificate was recorded for; empty if it was not. */
  Uni<Optional<DeviceLook>> byCertificate(String fingerprint) {
    return look(null, null, fingerprint);
  }

  Uni<Optional<DeviceLook>> byId(UUID device) {
    return look(device, null, null);
  }

  private Uni<Optional<DeviceLook>> look(
      @Nullable UUID device, @Nullable String claimHash, @Nullable String fingerprint) {
    Instant now = clock.instant();
    Tuple parameters =
        Tuple.tuple()
            .addUUID(device)
            .addString(claimHash)
            .addString(fingerprint)
            .addOffsetDateTime(now.atOffset(ZoneOffset.UTC));
    return pool.preparedQuery(LOOK)
        .execute(parameters)
        .map(
            rows ->
                rows.iterator().hasNext()
                    ? Optional.of(look(rows.iterator().next(), fingerprint, now))
                    : Optional.empty());
  }

  private static DeviceLook look(Row row, @Nullable String fingerprint, Instant now) {
    DeviceSnapshot.Device device =
        new DeviceSnapshot.Device(
            row.getUUID("device_id"),
            row.getUUID("organisation_id"),
            row.getLong("version"),
            Lifecycle.valueOf(row.getString("lifecycle")),
            DeviceKind.valueOf(row.getString("kind")),
            row.getBoolean("clockless"),
            now);
    return new DeviceLook(
        new DeviceSnapshot(
            device, unexpired(row), assignments(row), configuration(row), gatewayFor(row)),
        row.getBoolean("manual"),
        claim(row),
        fingerprint == null ? null : shown(row, fingerprint));
  }

  private static List<DeviceSnapshot.Held> unexpired(Row row) {
    String[] fingerprints = row.getArrayOfStrings("fingerprints");
    OffsetDateTime[] ends = row.getArrayOfOffsetDateTimes("not_afters");
    String[] revocations = row.getArrayOfStrings("revocations");
    List<DeviceSnapshot.Held> held = new ArrayList<>(fingerprints.length);
    for (int i = 0; i < fingerprints.length; i++) {
      held.add(
          new DeviceSnapshot.Held(
              fingerprints[i],
              ends[i].toInstant(),
              revocations[i].isEmpty() ? null : revocations[i]));
    }
    return held;
  }

  private static List<DeviceSnapshot.Worn> assignments(Row row) {
    List<DeviceSnapshot.Worn> worn = new ArrayList<>();
    JsonArray found = row.getJsonArray("assignments");
    for (int i = 0; found != null && i < found.size(); i++) {
      JsonObject one = found.getJsonObject(i);
      Long until = one.getLong("until");
      worn.add(
          new DeviceSnapshot.Worn(
              UUID.fromString(one.getString("id")),
              one.getInteger("version"),
              UUID.fromString(one.getString("patient")),
              Instant.ofEpochMilli(one.getLong("from")),
              until == null ? null : Instant.ofEpochMilli(until)));
    }
    return worn;
  }

  private static List<UUID> gatewayFor(Row row) {
    UUID[] devices = row.getArrayOfUUIDs("gateway_for");
    return devices == null ? List.of() : List.of(devices);
  }

  private static EffectiveConfiguration configuration(Row row) {
    Long model = row.getLong("model_version");
    Long own = row.getLong("own_version");
    return EffectiveConfiguration.of(
        model == null ? 0 : model,
        settings(row, "model"),
        own == null ? 0 : own,
        settings(row, "own"));
  }

  private static DeviceSettings settings(Row row, String whose) {
    return new DeviceSettings(
        row.getInteger(whose + "_sampling_s"),
        row.getInteger(whose + "_reporting_s"),
        row.getInteger(whose + "_battery"));
  }

  private static @Nullable ClaimStanding claim(Row row) {
    Instant expiresAt = instant(row, "claim_expires_at");
    return expiresAt == null
        ? null
        : new ClaimStanding(
            expiresAt,
            instant(row, "claim_used_at"),
            instant(row, "claim_voided_at"),
            instant(row, "claim_locked_at"));
  }

  private static DeviceLook.@Nullable Shown shown(Row row, String fingerprint) {
    Instant notBefore = instant(row, "shown_not_before");
    Instant notAfter = instant(row, "shown_not_after");
    return notBefore == null || notAfter == null
        ? null
        : new DeviceLook.Shown(
            fingerprint,
            notBefore,
            notAfter,
            instant(row, "shown_revoked_at") != null,
            row.getBoolean("shown_newest"));
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
