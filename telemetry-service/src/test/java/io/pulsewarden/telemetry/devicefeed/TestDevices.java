package io.pulsewarden.telemetry.devicefeed;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;

/** Devices as a test needs them. */
public final class TestDevices {

  public static final String FINGERPRINT = "ab".repeat(32);

  private TestDevices() {}

  public static Device active(UUID id, UUID organisation, Assignment... assignments) {
    return new Device(
        id, organisation, 1, Lifecycle.ACTIVE, Set.of(FINGERPRINT), List.of(assignments), Set.of());
  }

  public static Device inState(UUID id, UUID organisation, Lifecycle lifecycle) {
    return new Device(id, organisation, 2, lifecycle, Set.of(FINGERPRINT), List.of(), Set.of());
  }

  /** An active device that is to measure each five seconds. */
  public static Device configured(UUID id, UUID organisation, long version, long settings) {
    return new Device(
        id,
        organisation,
        version,
        Lifecycle.ACTIVE,
        Set.of(FINGERPRINT),
        List.of(),
        Set.of(),
        Map.of(),
        Optional.of(
            new DeviceSettings(
                settings, OptionalInt.of(5), OptionalInt.empty(), OptionalInt.empty())));
  }

  /** An active device without a clock. */
  public static Device clockless(UUID id, UUID organisation, Assignment... assignments) {
    return new Device(
        id,
        organisation,
        1,
        Lifecycle.ACTIVE,
        Set.of(FINGERPRINT),
        List.of(assignments),
        Set.of(),
        Map.of(),
        true,
        Optional.empty());
  }

  public static Device gateway(UUID id, UUID organisation, Set<UUID> gatewayFor) {
    return new Device(
        id, organisation, 1, Lifecycle.ACTIVE, Set.of(FINGERPRINT), List.of(), gatewayFor);
  }

  /** A feed with the limits that are the default. */
  public static FeedFreshness freshness(Clock clock) {
    return new FeedFreshness(clock, Duration.ofSeconds(30), Duration.ofMinutes(15));
  }

  /** As if the feed's one partition had been read to its end, and had a heartbeat of then. */
  public static void heard(FeedFreshness freshness, Instant heartbeat) {
    freshness.expect(1);
    freshness.caughtUp();
    freshness.heartbeat(0, heartbeat.toEpochMilli());
  }

  /** A reader of its own, as another instance has one. */
  public static DeviceFeedConsumer feed(
      Map<String, Object> kafka, DeviceDirectory directory, FeedFreshness freshness) {
    return new DeviceFeedConsumer(kafka, directory, freshness);
  }

  public static void stop(DeviceFeedConsumer feed) {
    feed.stop();
  }

  public static void putIssuer(DeviceDirectory directory, X509Certificate issuer) {
    directory.putIssuer(key(issuer), issuer);
  }

  public static void retireIssuer(DeviceDirectory directory, X509Certificate issuer) {
    directory.removeIssuer(key(issuer));
  }

  private static String key(X509Certificate issuer) {
    return "issuer-" + issuer.getSubjectX500Principal().getName();
  }

  /** As if the feed had said so. */
  public static void put(DeviceDirectory directory, Device device) {
    directory.put(device);
  }
}
