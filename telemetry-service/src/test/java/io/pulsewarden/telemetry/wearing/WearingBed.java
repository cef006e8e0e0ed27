package io.pulsewarden.telemetry.wearing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.telemetry.Clinic;
import io.pulsewarden.telemetry.TelemetryServers;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import io.pulsewarden.telemetry.devicefeed.Lifecycle;
import io.pulsewarden.telemetry.devicefeed.TestDevices;
import io.pulsewarden.telemetry.keys.Sealing;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A clinic's device, and instances with a feed of their own, so that a test says what each knows;
 * the service's own never hears of these devices, and leaves them alone.
 */
final class WearingBed implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** At least: the beginning of an hour, so that what follows within seconds is of the same. */
  final long hourAgo = System.currentTimeMillis() / 3_600_000 * 3_600_000 - 3_600_000;

  final Clinic clinic;
  final Instance instance;
  private final WearingStore store;
  private final Reconciler reconciler;

  WearingBed(URI base, Sealing sealing, WearingStore store, Reconciler reconciler) {
    this.clinic = new Clinic(base, sealing);
    this.store = store;
    this.reconciler = reconciler;
    this.instance = new Instance();
  }

  /** What one process knows and does. */
  final class Instance {
    private final DeviceDirectory directory = new DeviceDirectory();
    private final FeedFreshness freshness = TestDevices.freshness(Clock.systemUTC());
    private final WearingWatch watch = new WearingWatch(store, reconciler, directory, freshness);

    /** The feed says so, now. */
    void hear(long version, Assignment... assignments) {
      know(version, assignments);
      watch.changed(clinic.device);
    }

    /** As {@link #hear}, but it did not come to announcing it. */
    void know(long version, Assignment... assignments) {
      TestDevices.heard(freshness, Instant.now());
      TestDevices.put(directory, state(version, assignments));
    }

    void turn() {
      TestDevices.heard(freshness, Instant.now());
      watch.turn();
    }
  }

  Device state(long version, Assignment... assignments) {
    return new Device(
        clinic.device,
        clinic.organisation,
        version,
        Lifecycle.ACTIVE,
        Set.of(TestDevices.FINGERPRINT),
        List.of(assignments),
        Set.of());
  }

  static Assignment worn(UUID patient) {
    return new Assignment(UUID.randomUUID(), 1, patient, 0, Long.MAX_VALUE);
  }

  List<JsonNode> observations(UUID patient) {
    return clinic.searchAll("patient=" + patient + "&_count=1000", clinic.nurseToken());
  }

  List<JsonNode> awaitObservations(UUID patient, int count) {
    return await().until(() -> observations(patient), found -> found.size() >= count);
  }

  void awaitHeld(int count) {
    await().untilAsserted(() -> assertThat(held()).isEqualTo(count));
  }

  static List<String> shown(List<JsonNode> observations) {
    return observations.stream()
        .map(one -> one.at("/valueQuantity/value").asText() + " " + one.get("status").asText())
        .toList();
  }

  static List<String> ids(List<JsonNode> observations) {
    return observations.stream().map(one -> one.get("id").asText()).toList();
  }

  long held() throws SQLException {
    return number(
        "SELECT count(*) FROM vital_block WHERE device_id = ? AND subject_kind = 2", clinic.device);
  }

  long heldBetween(long first, long last) throws SQLException {
    return number(
        "SELECT count(*) FROM vital_block WHERE device_id = ? AND subject_kind = 2"
            + " AND first_time_ms = ? AND last_time_ms = ?",
        clinic.device,
        first,
        last);
  }

  static long blocks(UUID patient) throws SQLException {
    return number("SELECT count(*) FROM vital_block WHERE subject_id = ?", patient);
  }

  long due() throws SQLException {
    return number("SELECT count(*) FROM wearing_check WHERE device_id = ?", clinic.device);
  }

  static List<String> assignments(UUID patient) throws SQLException {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        PreparedStatement select =
            database.prepareStatement(
                "SELECT assignment_id || ' ' || assignment_version || ' ' || schema_version"
                    + " FROM vital_block WHERE subject_id = ?")) {
      select.setObject(1, patient);
      List<String> found = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getString(1));
        }
      }
      return found;
    }
  }

  static long number(String sql, Object... values) throws SQLException {
    try (Connection database = TelemetryServers.bed().superuserConnection();
        PreparedStatement select = database.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        select.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  @Override
  public void close() {
    clinic.close();
  }
}
