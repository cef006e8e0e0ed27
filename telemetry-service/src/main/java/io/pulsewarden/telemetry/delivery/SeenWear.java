package io.pulsewarden.telemetry.delivery;

import io.pulsewarden.telemetry.access.AccessRules;
import io.pulsewarden.telemetry.access.Caller;
import io.pulsewarden.telemetry.access.Decision;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * When a device was worn by patients whom a caller may see, as far back as the registry's feed
 * tells. A device goes from patient to patient: who may see one of them may not see from when to
 * when the others had it.
 */
final class SeenWear {

  private final AccessRules access;
  private final DeviceDirectory devices;

  SeenWear(AccessRules access, DeviceDirectory devices) {
    this.access = access;
    this.devices = devices;
  }

  /** In no order. */
  Uni<List<Assignment>> of(Caller caller, UUID device) {
    List<Assignment> worn =
        devices
            .find(device)
            .filter(known -> known.organisation().equals(caller.organisation()))
            .map(Device::assignments)
            .orElse(List.of());
    Set<UUID> patients = worn.stream().map(Assignment::patient).collect(Collectors.toSet());
    return Multi.createFrom()
        .iterable(patients)
        .onItem()
        .transformToUniAndConcatenate(
            patient ->
                access
                    .vitalsOf(caller, patient)
                    .map(
                        decision ->
                            decision instanceof Decision.Granted
                                ? List.of(patient)
                                : List.<UUID>of()))
        .collect()
        .asList()
        .map(
            seen -> {
              Set<UUID> allowed = seen.stream().flatMap(List::stream).collect(Collectors.toSet());
              return worn.stream().filter(each -> allowed.contains(each.patient())).toList();
            });
  }
}
