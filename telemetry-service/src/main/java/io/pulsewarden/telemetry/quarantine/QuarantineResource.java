package io.pulsewarden.telemetry.quarantine;

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
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.failure.FailureCode;
import io.pulsewarden.telemetry.failure.RequestFailedException;
import io.pulsewarden.telemetry.paging.SealedCursors;
import io.pulsewarden.telemetry.quarantine.QuarantineReader.OpenedInput;
import io.pulsewarden.telemetry.quarantine.QuarantineStore.Place;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was refused, and why, as long as nobody decided about it. Device admins see the reason and
 * where it stood, privacy officers what was sent, and clinicians what was sent if they care for
 * everybody of whom it may hold a reading.
 */
@Path("/v1/quarantine")
@Authenticated
@Produces(MediaType.APPLICATION_JSON)
public class QuarantineResource {

  private static final String TYPE = "QuarantinedInput";
  private static final int MAX_LIMIT = 1_000;

  /** Of envelopes on a page, so that what is opened for one request is little. */
  private static final long MAX_BYTES = 1 << 20;

  private static final AuditAction READ = AuditAction.AUDIT_ACTION_QUARANTINE_READ;

  @Inject CallerResource callers;
  @Inject AccessRules access;
  @Inject AccessEvent events;
  @Inject Disclosure disclosure;
  @Inject QuarantineStore store;
  @Inject QuarantineReader reader;
  @Inject SealedCursors cursors;
  @Inject DeviceDirectory devices;
  private final Concerned concerned = new Concerned();

  @GET
  public Uni<QuarantineView> list(
      @QueryParam("device") @Nullable UUID device,
      @QueryParam("limit") @DefaultValue("100") int limit,
      @QueryParam("cursor") @Nullable String cursor) {
    Caller caller = callers.current();
    Entity entity =
        device == null ? AccessEvent.some(TYPE, 0) : AccessEvent.one("Device", device.toString());
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new RequestFailedException(
          FailureCode.INVALID_REQUEST, "limit must be 1 to " + MAX_LIMIT);
    }
    return switch (access.anyOf(caller, Role.DEVICE_ADMIN, Role.PRIVACY_OFFICER, Role.CLINICIAN)) {
      case Decision.Denied(String reason) ->
          disclosure.refuse(
              events.denied(caller, READ, List.of(), entity, reason),
              new RequestFailedException(FailureCode.NOT_ALLOWED, "the role does not allow this"));
      case Decision.Granted() ->
          after(caller, cursor)
              .chain(place -> store.page(caller.organisation(), device, place, limit, MAX_BYTES))
              .chain(found -> page(caller, found));
    };
  }

  private Uni<Place> after(Caller caller, @Nullable String cursor) {
    return cursor == null
        ? Uni.createFrom().item(Place.LATEST)
        : cursors.open(caller.organisation(), cursor).map(PlaceFormat::read);
  }

  private Uni<QuarantineView> page(Caller caller, QuarantineStore.Page found) {
    List<QuarantinedMessage> shown = found.messages();
    Uni<Optional<String>> next =
        found.more()
            ? cursors
                .seal(caller.organisation(), PlaceFormat.write(Place.of(shown.getLast())))
                .map(Optional::of)
            : Uni.createFrom().item(Optional.empty());
    // Opening is work, and this thread may be one that answers devices.
    return ContextReturn.home(
            reader.open(shown).runSubscriptionOn(Infrastructure.getDefaultWorkerPool()))
        .chain(opened -> seen(caller, opened))
        .chain(seen -> next.map(cursor -> new Page(seen, cursor.orElse(null))))
        .chain(
            page ->
                disclosure.release(
                    events.granted(
                        caller, READ, page.patients(), AccessEvent.some(TYPE, page.seen().size())),
                    page.view()));
  }

  /** An input as the caller may see it, and of whom it may be if that is why. */
  private record Seen(QuarantineView.Item item, Set<UUID> patients) {}

  private record Page(List<Seen> seen, @Nullable String next) {
    Set<UUID> patients() {
      return seen.stream()
          .flatMap(one -> one.patients().stream())
          .collect(Collectors.toUnmodifiableSet());
    }

    QuarantineView view() {
      return new QuarantineView(seen.stream().map(Seen::item).toList(), next);
    }
  }

  private Uni<List<Seen>> seen(Caller caller, List<OpenedInput> opened) {
    return Multi.createFrom()
        .iterable(opened)
        .onItem()
        .transformToUniAndConcatenate(input -> seen(caller, input))
        .collect()
        .asList()
        .map(seen -> seen.stream().flatMap(Optional::stream).toList());
  }

  private Uni<Optional<Seen>> seen(Caller caller, OpenedInput input) {
    if (!caller.has(Role.CLINICIAN) && !caller.has(Role.PRIVACY_OFFICER)) {
      return Uni.createFrom()
          .item(Optional.of(new Seen(QuarantineReader.item(input, false), Set.of())));
    }
    Set<UUID> patients =
        concerned.of(
            input,
            devices
                .find(input.message().device())
                .filter(device -> device.organisation().equals(caller.organisation())));
    return ContextReturn.home(access.quarantinedInputOf(caller, patients))
        .map(decision -> decision instanceof Decision.Granted)
        .map(
            whole ->
                whole || caller.has(Role.DEVICE_ADMIN)
                    ? Optional.of(
                        new Seen(QuarantineReader.item(input, whole), whole ? patients : Set.of()))
                    : Optional.empty());
  }
}
