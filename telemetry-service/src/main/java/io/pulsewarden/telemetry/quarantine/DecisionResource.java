package io.pulsewarden.telemetry.quarantine;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.telemetry.access.AccessRules;
import io.pulsewarden.telemetry.access.Caller;
import io.pulsewarden.telemetry.access.CallerResource;
import io.pulsewarden.telemetry.access.Decision;
import io.pulsewarden.telemetry.access.Role;
import io.pulsewarden.telemetry.auditing.AccessEvent;
import io.pulsewarden.telemetry.auditing.ContextReturn;
import io.pulsewarden.telemetry.auditing.Disclosure;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.explanation.Explanations;
import io.pulsewarden.telemetry.failure.FailureCode;
import io.pulsewarden.telemetry.failure.RequestFailedException;
import io.pulsewarden.telemetry.intake.Replayed;
import io.pulsewarden.telemetry.intake.Replays;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import io.quarkus.security.Authenticated;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Ends a refused input: taken through the intake once more, or discarded. By device admins and
 * privacy officers, once, with a reason that goes into the audit log, and what they have to say to
 * it.
 */
@Path("/v1/quarantine/{id}")
@Authenticated
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class DecisionResource {

  private static final String TYPE = "QuarantinedInput";
  private static final Pattern ID = Pattern.compile("(\\d{1,9})\\.(\\d{1,18})");
  private static final AuditAction REPLAYED = AuditAction.AUDIT_ACTION_QUARANTINE_REPLAYED;
  private static final AuditAction DISCARDED = AuditAction.AUDIT_ACTION_QUARANTINE_DISCARDED;

  @Inject CallerResource callers;
  @Inject AccessRules access;
  @Inject AccessEvent events;
  @Inject Disclosure disclosure;
  @Inject DecisionStore decisions;
  @Inject QuarantineReader reader;
  @Inject Replays replays;
  @Inject DeviceDirectory devices;
  @Inject Explanations explanations;

  /**
   * Why.
   *
   * @param reason as a code: it goes into the audit log
   * @param explanation in the person's own words: it is sealed here, and the log has its hash
   */
  public record Body(@Nullable String reason, @Nullable String explanation) {
    private static final Pattern CODE = Pattern.compile("[a-z0-9]+(-[a-z0-9]+){0,9}");
    private static final int MAX_LENGTH = 64;

    static Why required(@Nullable Body body) {
      String reason = body == null ? null : body.reason();
      if (body == null
          || reason == null
          || reason.length() > MAX_LENGTH
          || !CODE.matcher(reason).matches()) {
        throw new RequestFailedException(
            FailureCode.INVALID_REQUEST,
            "reason must be a code of lower-case words and hyphens, such as table-mended");
      }
      return new Why(reason, Explanations.text(body.explanation()));
    }

    @Override
    public String toString() {
      return "Body[" + reason + "]";
    }
  }

  /** Why, checked. */
  record Why(String reason, Optional<String> explanation) {
    @Override
    public String toString() {
      return "Why[" + reason + "]";
    }
  }

  @POST
  @Path("replay")
  public Uni<DecisionView> replay(@PathParam("id") String id, @Nullable Body body) {
    Caller caller = callers.current();
    Why why = Body.required(body);
    return open(caller, REPLAYED, id)
        .chain(
            message ->
                ContextReturn.home(reader.open(List.of(message)))
                    .chain(opened -> replay(caller, message, opened.getFirst(), why)));
  }

  private Uni<DecisionView> replay(
      Caller caller, QuarantinedMessage message, QuarantineReader.OpenedInput opened, Why why) {
    if (opened.input() == null) {
      return conflict(
          caller, REPLAYED, message, opened.reason(), "the input can't be read any more");
    }
    if (opened.input().getReason().equals(RejectionReason.FOREIGN_TOPIC.wireName())) {
      // Its topic names somebody else than who sent it: taken from there, it would speak for them.
      return conflict(
          caller,
          REPLAYED,
          message,
          RejectionReason.FOREIGN_TOPIC.wireName(),
          "refused again: " + RejectionReason.FOREIGN_TOPIC.wireName());
    }
    Replays.Input input =
        new Replays.Input(
            message.organisation(),
            message.device(),
            opened.input().getTopic(),
            opened.input().getPayload().toByteArray(),
            message.receivedAtMillis(),
            opened.input().getWearerIdList().stream()
                .map(UUID::fromString)
                .collect(Collectors.toUnmodifiableSet()),
            opened.input().getNumbered(),
            opened.input().getSkewed());
    return ContextReturn.home(Uni.createFrom().completionStage(() -> replays.replay(input)))
        .chain(
            replayed ->
                switch (replayed) {
                  case Replayed.NoSender() ->
                      conflict(
                          caller,
                          REPLAYED,
                          message,
                          "no-sender",
                          "the registry has no such device");
                  case Replayed.Refused(var again) ->
                      conflict(
                          caller,
                          REPLAYED,
                          message,
                          again.wireName(),
                          "refused again: " + again.wireName());
                  case Replayed.Taken taken -> take(caller, message, taken, why);
                });
  }

  private Uni<DecisionView> take(
      Caller caller, QuarantinedMessage message, Replayed.Taken taken, Why why) {
    return decide(
        caller,
        REPLAYED,
        message,
        why,
        taken.rows(),
        new DecisionView(
            QuarantineReader.idOf(message),
            "replayed",
            taken.receipt().accepted(),
            taken.receipt().held(),
            taken.receipt().rejected().size()));
  }

  @POST
  @Path("discard")
  public Uni<DecisionView> discard(@PathParam("id") String id, @Nullable Body body) {
    Caller caller = callers.current();
    Why why = Body.required(body);
    return open(caller, DISCARDED, id)
        .chain(
            message ->
                decide(
                    caller,
                    DISCARDED,
                    message,
                    why,
                    List.of(),
                    new DecisionView(QuarantineReader.idOf(message), "discarded", 0, 0, 0)));
  }

  /** The input, if the caller may decide about it; whether it is decided is seen at the end. */
  private Uni<QuarantinedMessage> open(Caller caller, AuditAction action, String id) {
    Entity unnamed = AccessEvent.some(TYPE, 1);
    return switch (access.anyOf(caller, Role.DEVICE_ADMIN, Role.PRIVACY_OFFICER)) {
      case Decision.Denied(String denied) ->
          disclosure.refuse(
              events.denied(caller, action, List.of(), unnamed, denied),
              new RequestFailedException(FailureCode.NOT_ALLOWED, "the role does not allow this"));
      case Decision.Granted() -> {
        Matcher place = ID.matcher(id);
        Uni<Optional<QuarantinedMessage>> found =
            place.matches()
                ? decisions.find(
                    caller.organisation(),
                    Integer.parseInt(place.group(1)),
                    Long.parseLong(place.group(2)))
                : Uni.createFrom().item(Optional.empty());
        yield found.chain(
            message ->
                message.isPresent()
                    ? Uni.createFrom().item(message.get())
                    : disclosure.refuse(
                        events.failed(caller, action, List.of(), unnamed, "not-found"),
                        new RequestFailedException(FailureCode.NOT_FOUND, "no such input")));
      }
    };
  }

  private Uni<DecisionView> decide(
      Caller caller,
      AuditAction action,
      QuarantinedMessage message,
      Why why,
      List<OutboxRow> readings,
      DecisionView view) {
    DecisionStore.Decision decision =
        action == REPLAYED ? DecisionStore.Decision.REPLAYED : DecisionStore.Decision.DISCARDED;
    return explanations
        .explain(event(caller, action, message, why.reason()), subject(message), why.explanation())
        .chain(
            explained -> {
              List<OutboxRow> rows = new ArrayList<>(readings);
              rows.add(OutboxRow.audit(explained.event()));
              return decisions.decide(
                  message, decision, caller.userId(), why.reason(), rows, explained.sealed());
            })
        .chain(
            decided ->
                decided
                    ? Uni.createFrom().item(view)
                    : repeated(caller, action, decision, message, view));
  }

  /** Asking for the same again is answered as before; for the opposite, with a conflict. */
  private Uni<DecisionView> repeated(
      Caller caller,
      AuditAction action,
      DecisionStore.Decision wanted,
      QuarantinedMessage message,
      DecisionView view) {
    return decisions
        .of(message)
        .chain(
            before ->
                before.isPresent() && before.get() == wanted
                    ? disclosure.release(
                        events.failed(
                            caller, action, List.of(), entity(message), "already-decided"),
                        view)
                    : conflict(
                        caller, action, message, "already-decided", "decided about already"));
  }

  private <T> Uni<T> conflict(
      Caller caller,
      AuditAction action,
      QuarantinedMessage message,
      String reasonCode,
      String sentence) {
    return disclosure.refuse(
        events.failed(caller, action, List.of(), entity(message), reasonCode),
        new RequestFailedException(FailureCode.STATE_CONFLICT, sentence));
  }

  private AuditEvent event(
      Caller caller, AuditAction action, QuarantinedMessage message, String reason) {
    return events.changed(caller, action, List.of(), entity(message), reason);
  }

  /** Whoever wore the device when the input came, or else the device. */
  private KeySubject subject(QuarantinedMessage message) {
    return devices
        .find(message.device())
        .filter(device -> device.organisation().equals(message.organisation()))
        .flatMap(device -> device.wornAt(message.receivedAtMillis()))
        .map(worn -> KeySubject.patient(message.organisation(), worn.patient()))
        .orElseGet(() -> KeySubject.device(message.organisation(), message.device()));
  }

  private static Entity entity(QuarantinedMessage message) {
    return AccessEvent.one(TYPE, QuarantineReader.idOf(message));
  }
}
