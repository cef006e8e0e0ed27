package io.pulsewarden.telemetry.gap;

import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.gap.GapStore.SourceGap;
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

  private final GapStore store;
  private final DeviceDirectory devices;
  private final Clock clock;
  private final long graceMillis;

  /**
   * @param grace a younger gap is not told: what is under way, or is sent again at once, closes it
   */
  GapReports(GapStore store, DeviceDirectory devices, Clock clock, Duration grace) {
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

  /**
   * The same for who may see these patients and nobody else: gaps of the times when one of them
   * wore the device, cut to those; of a device that the registry does not tell of, what the
   * messages beside the gaps say. Empty for a gateway, too, of whose gaps nobody can say whose they
   * are.
   */
  public Uni<Optional<Report>> of(UUID organisation, UUID source, Set<UUID> patients) {
    if (isGateway(source)) {
      return Uni.createFrom().item(Optional.empty());
    }
    return of(organisation, source)
        .map(
            found ->
                found.map(
                    report ->
                        new Report(
                            report.numbers(),
                            report.gaps().stream()
                                .flatMap(
                                    gap ->
                                        (devices.find(source).isEmpty()
                                                ? gap.beside(patients)
                                                : of(source, gap, patients))
                                            .stream())
                                .toList())));
  }

  /**
   * Devices that there may be news for: whose gaps changed, or have become old enough to be told.
   *
   * @param lookBack how long ago at most
   */
  public Uni<Set<UUID>> changed(Duration lookBack) {
    return store.changed(lookBack.plusMillis(graceMillis));
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
   * Data that may be missing of a patient in a span of time, both ends included, the latest first;
   * of each the times that are the patient's.
   *
   * @param limit of gaps told
   */
  public Uni<List<Missing>> of(
      UUID organisation, UUID patient, long fromMillis, long untilMillis, int limit) {
    return store
        .ofSpeakersFor(organisation, patient, fromMillis, untilMillis, graceMillis)
        .map(
            gaps ->
                gaps.stream().flatMap(gap -> missing(gap, patient).stream()).limit(limit).toList());
  }

  private Optional<Missing> missing(SourceGap found, UUID patient) {
    return of(found.source(), found.gap(), Set.of(patient))
        .map(gap -> new Missing(found.source(), isGateway(found.source()), gap));
  }

  private boolean isGateway(UUID source) {
    return devices.find(source).map(device -> !device.gatewayFor().isEmpty()).orElse(false);
  }

  /**
   * What of a gap concerns these patients: the times when one of them wore the device, as the
   * registry says by now; or, longer ago than the registry's feed tells, what the messages beside
   * the gap say. Nobody knows whose readings a gateway's message would have had: it concerns
   * everybody whom it ever spoke of, and all of it.
   */
  private Optional<Gap> of(UUID source, Gap gap, Set<UUID> patients) {
    Optional<Device> device = devices.find(source);
    if (device.isEmpty() || isGateway(source)) {
      return Optional.of(gap);
    }
    return gap.untilMillis() < clock.millis() - FEED_TELLS.toMillis()
        ? gap.beside(patients)
        : gap.within(
            device.get().assignments().stream()
                .filter(worn -> patients.contains(worn.patient()))
                .toList());
  }
}
