package io.pulsewarden.telemetry.delivery;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.telemetry.access.AccessRules;
import io.pulsewarden.telemetry.access.Caller;
import io.pulsewarden.telemetry.access.CallerResource;
import io.pulsewarden.telemetry.access.Decision;
import io.pulsewarden.telemetry.access.Role;
import io.pulsewarden.telemetry.auditing.AccessEvent;
import io.pulsewarden.telemetry.auditing.ContextReturn;
import io.pulsewarden.telemetry.auditing.Disclosure;
import io.pulsewarden.telemetry.devicefeed.Assignment;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.DeviceSettings;
import io.pulsewarden.telemetry.failure.FailureCode;
import io.pulsewarden.telemetry.failure.RequestFailedException;
import io.pulsewarden.telemetry.gap.GapReports;
import io.pulsewarden.telemetry.keys.SubjectErasedException;
import io.pulsewarden.telemetry.observation.ObservationFinder;
import io.pulsewarden.telemetry.presence.DeviceSessionStore;
import io.pulsewarden.telemetry.presence.LastSession;
import io.pulsewarden.telemetry.quarantine.RefusalCounts;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.StoredRangeStore;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.pulsewarden.telemetry.store.VitalBlockStore.Committed;
import io.pulsewarden.telemetry.store.VitalsStoreConsumer;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.OffsetDateTime;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The way of a device's latest messages. Device admins see times and places; the Observation ids
 * too see clinicians of whoever the message is about, and of all else what is of the times when
 * those whom they may see wore the device.
 */
@Path("/v1/devices/{id}/delivery")
@Authenticated
@Produces(MediaType.APPLICATION_JSON)
public class DeliveryResource {

  private static final int MAX_LIMIT = 100;
  private static final AuditAction READ = AuditAction.AUDIT_ACTION_DELIVERY_READ;

  @Inject CallerResource callers;
  @Inject AccessRules access;
  @Inject AccessEvent events;
  @Inject Disclosure disclosure;
  @Inject VitalBlockStore blocks;
  @Inject StoredRangeStore ranges;
  @Inject DeviceSessionStore sessions;
  @Inject DeviceDirectory devices;
  @Inject ObservationFinder finder;
  @Inject GapReports gaps;
  @Inject RefusalCounts refusals;

  @GET
  public Uni<DeliveryView> delivery(
      @PathParam("id") UUID device, @QueryParam("limit") @DefaultValue("10") int limit) {
    Caller caller = callers.current();
    Entity entity = AccessEvent.one("Device", device.toString());
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new RequestFailedException(
          FailureCode.INVALID_REQUEST, "limit must be 1 to " + MAX_LIMIT);
    }
    return switch (access.anyOf(caller, Role.DEVICE_ADMIN, Role.CLINICIAN)) {
      case Decision.Denied(String reason) ->
          disclosure.refuse(
              events.denied(caller, READ, List.of(), entity, reason),
              new RequestFailedException(FailureCode.NOT_ALLOWED, "the role does not allow this"));
      case Decision.Granted() ->
          sessions
              .find(caller.organisation(), device)
              .chain(
                  session ->
                      blocks
                          .latestOf(caller.organisation(), device, limit)
                          .chain(found -> messages(caller, found))
                          .chain(shown -> answer(caller, device, entity, session, shown)));
    };
  }

  /** A message as the caller may see it; empty if not at all. */
  private record Shown(Committed committed, Optional<DeliveryView.Message> message) {}

  private Uni<List<Shown>> messages(Caller caller, List<Committed> found) {
    return Multi.createFrom()
        .iterable(found)
        .onItem()
        .transformToUniAndConcatenate(committed -> message(caller, committed))
        .collect()
        .asList();
  }

  private Uni<Shown> message(Caller caller, Committed committed) {
    StoredBlock block = committed.block();
    return mayReadVitals(caller, block)
        .chain(
            clinician -> {
              if (!clinician && !caller.has(Role.DEVICE_ADMIN)) {
                return Uni.createFrom().item(new Shown(committed, Optional.empty()));
              }
              return ids(block, clinician)
                  .chain(
                      ids ->
                          ranges
                              .covering(
                                  VitalsStoreConsumer.TOPIC, block.partition(), block.offset())
                              .map(
                                  range ->
                                      new Shown(
                                          committed,
                                          Optional.of(MessageView.of(committed, ids, range)))));
            });
  }

  private Uni<Boolean> mayReadVitals(Caller caller, StoredBlock block) {
    return block.heldByDevice()
        ? Uni.createFrom().item(false)
        : access
            .vitalsOf(caller, block.subject())
            .map(decision -> decision instanceof Decision.Granted);
  }

  private Uni<Optional<List<String>>> ids(StoredBlock block, boolean clinician) {
    return clinician
        ? finder
            .idsIn(block)
            .map(Optional::of)
            .onFailure(SubjectErasedException.class)
            .recoverWithItem(Optional.of(List.of()))
        : Uni.createFrom().item(Optional.empty());
  }

  private Uni<DeliveryView> answer(
      Caller caller, UUID device, Entity entity, Optional<LastSession> session, List<Shown> all) {
    List<DeliveryView.Message> shown =
        all.stream().map(Shown::message).flatMap(Optional::stream).toList();
    if (shown.isEmpty() && !all.isEmpty()) {
      // Here and for a device without messages the answer is the same; the log tells them apart.
      return disclosure.release(
          events.denied(caller, READ, patients(all), entity, AccessRules.NOT_IN_CARE_TEAM),
          DeliveryView.nothing(device));
    }
    if (caller.has(Role.DEVICE_ADMIN)) {
      return release(caller, entity, patients(all), whole(caller, device, session, all, shown));
    }
    if (shown.isEmpty()) {
      return release(caller, entity, Set.of(), Uni.createFrom().item(DeliveryView.nothing(device)));
    }
    return new SeenWear(access, devices)
        .of(caller, device)
        .chain(
            worn -> {
              Set<UUID> patients = new LinkedHashSet<>(patients(shownOf(all)));
              worn.forEach(each -> patients.add(each.patient()));
              return release(
                  caller,
                  entity,
                  patients,
                  cut(caller, device, session, new Seen(worn, patients, all, shown)));
            });
  }

  private Uni<DeliveryView> release(
      Caller caller, Entity entity, Set<UUID> patients, Uni<DeliveryView> view) {
    return ContextReturn.home(view)
        .chain(
            answer -> disclosure.release(events.granted(caller, READ, patients, entity), answer));
  }

  /** For those who look after the device, whoever wore it. */
  private Uni<DeliveryView> whole(
      Caller caller,
      UUID device,
      Optional<LastSession> session,
      List<Shown> all,
      List<DeliveryView.Message> shown) {
    return Uni.combine()
        .all()
        .unis(gaps.of(caller.organisation(), device), refusals.of(caller.organisation(), device))
        .with(
            (report, refused) ->
                new DeliveryView(
                    device,
                    session.map(MessageView::of).orElse(null),
                    configuration(caller, device, session),
                    report.map(found -> NumberingView.of(found, true)).orElse(null),
                    NumberingView.of(refused),
                    shownLag(all),
                    shown));
  }

  /** What a clinician may see: times when the device was worn so, and these messages. */
  private record Seen(
      List<Assignment> worn,
      Set<UUID> patients,
      List<Shown> all,
      List<DeliveryView.Message> messages) {

    /** Whether one of them wore it at some time of the session. */
    boolean covers(LastSession session) {
      long from = session.connectedAt().toInstant().toEpochMilli();
      OffsetDateTime end = session.disconnectedAt();
      long until = end == null ? Long.MAX_VALUE : end.toInstant().toEpochMilli();
      return worn.stream()
          .anyMatch(each -> each.fromMillis() <= until && each.untilMillis() > from);
    }
  }

  private Uni<DeliveryView> cut(
      Caller caller, UUID device, Optional<LastSession> session, Seen seen) {
    Optional<LastSession> theirs = session.filter(seen::covers);
    return Uni.combine()
        .all()
        .unis(
            gaps.of(caller.organisation(), device, seen.patients()),
            refusals.of(caller.organisation(), device, seen.worn()))
        .with(
            (report, refused) ->
                new DeliveryView(
                    device,
                    theirs.map(MessageView::of).orElse(null),
                    theirs.isPresent() ? configuration(caller, device, theirs) : null,
                    report.map(found -> NumberingView.of(found, false)).orElse(null),
                    NumberingView.of(refused),
                    shownLag(seen.all()),
                    seen.messages()));
  }

  private static List<Shown> shownOf(List<Shown> all) {
    return all.stream().filter(one -> one.message().isPresent()).toList();
  }

  private static DeliveryView.@Nullable Lag shownLag(List<Shown> all) {
    return shownOf(all).stream()
        .findFirst()
        .map(one -> MessageView.lag(one.committed()))
        .orElse(null);
  }

  private DeliveryView.@Nullable Configuration configuration(
      Caller caller, UUID device, Optional<LastSession> session) {
    Long wanted =
        devices
            .find(device)
            .filter(known -> known.organisation().equals(caller.organisation()))
            .flatMap(Device::settings)
            .map(DeviceSettings::version)
            .orElse(null);
    Long acknowledged = session.map(LastSession::configurationVersion).orElse(null);
    return wanted == null && acknowledged == null
        ? null
        : new DeliveryView.Configuration(
            wanted,
            acknowledged,
            session.map(LastSession::configurationAcknowledgedAt).orElse(null));
  }

  private static Set<UUID> patients(List<Shown> messages) {
    Set<UUID> patients = new LinkedHashSet<>();
    for (Shown one : messages) {
      StoredBlock block = one.committed().block();
      if (!block.heldByDevice()) {
        patients.add(block.subject());
      }
    }
    return patients;
  }
}
