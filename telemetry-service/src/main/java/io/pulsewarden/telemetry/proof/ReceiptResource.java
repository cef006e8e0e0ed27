package io.pulsewarden.telemetry.proof;

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
import io.pulsewarden.telemetry.failure.FailureCode;
import io.pulsewarden.telemetry.failure.RequestFailedException;
import io.pulsewarden.telemetry.keys.SubjectErasedException;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A receipt for the newest message of a device that has readings around a moment. It says what was
 * measured, so it is for clinicians of the patient.
 */
@Path("/v1/receipts")
@Authenticated
@Produces(MediaType.APPLICATION_JSON)
public class ReceiptResource {

  private static final AuditAction READ = AuditAction.AUDIT_ACTION_RECEIPT_READ;

  @Inject CallerResource callers;
  @Inject AccessRules access;
  @Inject AccessEvent events;
  @Inject Disclosure disclosure;
  @Inject VitalBlockStore blocks;
  @Inject Receipts receipts;

  @GET
  public Uni<ReceiptView> receipt(
      @QueryParam("device") @Nullable UUID device, @QueryParam("time") @Nullable String time) {
    Caller caller = callers.current();
    if (device == null) {
      throw new RequestFailedException(FailureCode.INVALID_REQUEST, "device must be a device's id");
    }
    long moment = millis(time);
    Entity entity = AccessEvent.one("Device", device.toString());
    return switch (access.anyOf(caller, Role.CLINICIAN)) {
      case Decision.Denied(String reason) ->
          disclosure.refuse(
              events.denied(caller, READ, List.of(), entity, reason),
              new RequestFailedException(FailureCode.NOT_ALLOWED, "the role does not allow this"));
      case Decision.Granted() ->
          blocks
              .around(caller.organisation(), device, moment)
              .chain(
                  found ->
                      found.filter(block -> !block.heldByDevice()).isPresent()
                          ? decide(caller, entity, found.get(), moment)
                          : missing(caller, List.of(), entity));
    };
  }

  private static long millis(@Nullable String time) {
    try {
      return Instant.parse(String.valueOf(time)).toEpochMilli();
    } catch (DateTimeException | ArithmeticException unreadable) {
      throw new RequestFailedException(
          FailureCode.INVALID_REQUEST, "time must be an instant, such as 2026-11-18T11:06:40Z");
    }
  }

  private Uni<ReceiptView> decide(Caller caller, Entity entity, StoredBlock block, long moment) {
    List<UUID> patient = List.of(block.subject());
    return access
        .vitalsOf(caller, block.subject())
        .chain(
            decision ->
                switch (decision) {
                  case Decision.Denied(String reason) ->
                      disclosure.refuse(
                          events.denied(caller, READ, patient, entity, reason), notFound());
                  case Decision.Granted() ->
                      answer(caller, entity, receipts.of(block, moment), patient);
                });
  }

  private Uni<ReceiptView> answer(
      Caller caller, Entity entity, Uni<Optional<ReceiptView>> written, List<UUID> patient) {
    return ContextReturn.home(written)
        .onFailure(SubjectErasedException.class)
        .recoverWithUni(
            () ->
                disclosure.<Optional<ReceiptView>>refuse(
                    events.failed(caller, READ, patient, entity, "erased"),
                    new SubjectErasedException()))
        .chain(
            receipt ->
                receipt.isPresent()
                    ? disclosure.release(
                        events.granted(caller, READ, patient, entity), receipt.get())
                    : missing(caller, patient, entity));
  }

  private Uni<ReceiptView> missing(Caller caller, List<UUID> patient, Entity entity) {
    return disclosure.refuse(events.failed(caller, READ, patient, entity, "not-found"), notFound());
  }

  private static RequestFailedException notFound() {
    return new RequestFailedException(
        FailureCode.NOT_FOUND, "no message of then, or its leaf hashes are not kept any more");
  }
}
