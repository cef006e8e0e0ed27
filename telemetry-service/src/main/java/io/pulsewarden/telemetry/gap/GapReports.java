package io.pulsewarden.telemetry.gap;

import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.gap.NumberingStore.Sender;
import io.pulsewarden.telemetry.gap.NumberingStore.SourceGap;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What is missing, for the device, for those who look after it, and for the clinicians of whoever
 * wore it. Thread-safe; answers may come on any thread.
 */
public final class GapReports {

  /** So long assignments ride in the device's state. */
  private static final Duration FEED_TELLS = Duration.ofDays(30);

  private final NumberingStore store;
  private final DeviceDirectory devices;
  private final Clock clock;
  private final long graceMillis;

  /**
   * @param grace a younger gap is not told: what is under way, or is sent again at once, closes it
   */
  GapReports(NumberingStore store, DeviceDirectory devices, Clock clock, Duration grace) {
    this.store = store;
    this.devices = devices;
    this.clock = clock;
    this.graceMillis = grace.toMillis();
  }

  /** A numbering as it stands, with all its gaps, the newest first. */
  public record Report(Numbers numbers, List<Gap> gaps) {}

  /** Data of a device that a patient wore which have not come, as far as its numbers tell. */
  public record Missing(UUID source, boolean gateway, Gap gap) {}

  /** Empty if the device never numbered a message in this organisation. */
  public Uni<Optional<Report>> of(UUID organisation, UUID source) {
    Sender sender = new Sender(source, organisation);
    return store
        .standing(List.of(sender), 0)
        .map(
            found ->
                Optional.ofNullable(found.get(sender))
                    .map(standing -> new Report(standing.numbers(), standing.gaps())));
  }

  /** Devices that there may be news for. */
  public Uni<Set<UUID>> changed() {
    return store.changed(graceMillis);
  }

  /**
   * What each of these devices is to be told; those that never numbered a message are left out.
   *
   * @param organisations of each device
   */
  public Uni<Map<UUID, Notice>> notices(Map<UUID, UUID> organisations) {
    List<Sender> senders =
        organisations.entrySet().stream()
            .map(device -> new Sender(device.getKey(), device.getValue()))
            .toList();
    return store
        .standing(senders, graceMillis)
        .map(
            found -> {
              Map<UUID, Notice> notices = new HashMap<>();
              found.forEach(
                  (sender, standing) ->
                      notices.put(sender.source(), Notice.of(standing.numbers(), standing.gaps())));
              return notices;
            });
  }

  /**
   * Data that may be missing of a patient in a span of time, both ends included, the latest first.
   *
   * @param limit of gaps told
   */
  public Uni<List<Missing>> of(
      UUID organisation, UUID patient, long fromMillis, long untilMillis, int limit) {
    return store
        .ofSpeakersFor(organisation, patient, fromMillis, untilMillis, graceMillis)
        .map(
            gaps ->
                gaps.stream()
                    .filter(gap -> concerns(gap, patient))
                    .limit(limit)
                    .map(gap -> new Missing(gap.source(), isGateway(gap.source()), gap.gap()))
                    .toList());
  }

  private boolean isGateway(UUID source) {
    return devices.find(source).map(device -> !device.gatewayFor().isEmpty()).orElse(false);
  }

  /**
   * Whether the patient wore the device then, as the registry says by now; or, longer ago than the
   * registry's feed tells, as the messages beside the gap say. Nobody knows whose readings a
   * gateway's message would have had: it concerns everybody whom it ever spoke of.
   */
  private boolean concerns(SourceGap found, UUID patient) {
    Gap gap = found.gap();
    Optional<Device> device = devices.find(found.source());
    if (device.isEmpty() || isGateway(found.source())) {
      return true;
    }
    if (gap.untilMillis() < clock.millis() - FEED_TELLS.toMillis()) {
      return gap.isBeside(patient);
    }
    return device.get().assignments().stream()
        .anyMatch(
            worn ->
                worn.patient().equals(patient)
                    && worn.fromMillis() <= gap.untilMillis()
                    && worn.untilMillis() > gap.fromMillis());
  }
}
