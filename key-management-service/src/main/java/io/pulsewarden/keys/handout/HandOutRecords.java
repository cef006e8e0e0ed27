package io.pulsewarden.keys.handout;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The audit events of one request: how many keys of each purpose, for each organisation. */
final class HandOutRecords {

  /** Stands where a request named no organisation. */
  private static final UUID NONE = new UUID(0, 0);

  private final AuditEvents events;

  HandOutRecords(AuditEvents events) {
    this.events = events;
  }

  List<AuditEvent> of(String caller, List<KeyAsk> asks, List<HandedOut> answers) {
    Map<UUID, Map<Purpose, Integer>> handedOut = new TreeMap<>();
    Map<UUID, Map<Purpose, Integer>> denied = new TreeMap<>();
    for (int i = 0; i < asks.size(); i++) {
      KeyAsk ask = asks.get(i);
      switch (answers.get(i)) {
        case HandedOut.Key key -> count(handedOut, key.organisation(), ask.purpose());
        case HandedOut.Denied() -> count(denied, organisation(ask), ask.purpose());
        // Nothing left the service.
        case HandedOut.Erased(), HandedOut.Unusable(), HandedOut.Unknown() -> {}
      }
    }
    List<AuditEvent> result = new ArrayList<>();
    handedOut.forEach(
        (organisation, counts) ->
            result.add(
                event(
                        AuditAction.AUDIT_ACTION_KEYS_HANDED_OUT,
                        AuditOutcome.AUDIT_OUTCOME_SUCCESS,
                        organisation,
                        caller,
                        counts)
                    .build()));
    denied.forEach(
        (organisation, counts) ->
            result.add(
                event(
                        AuditAction.AUDIT_ACTION_KEYS_DENIED,
                        AuditOutcome.AUDIT_OUTCOME_DENIED,
                        organisation,
                        caller,
                        counts)
                    .setReasonCode("not-granted")
                    .build()));
    return result;
  }

  /** A peer whose certificate names no service of ours. */
  AuditEvent refused(String reasonCode) {
    return event(
            AuditAction.AUDIT_ACTION_KEYS_DENIED,
            AuditOutcome.AUDIT_OUTCOME_DENIED,
            NONE,
            "unidentified",
            Map.of())
        .setReasonCode(reasonCode)
        .build();
  }

  private AuditEvent.Builder event(
      AuditAction action,
      AuditOutcome outcome,
      UUID organisation,
      String caller,
      Map<Purpose, Integer> counts) {
    AuditEvent.Builder event =
        events.event(action, outcome, organisation, AuditEvents.service(caller));
    counts.forEach(
        (purpose, count) ->
            event.addEntity(
                Entity.newBuilder().setType("BaseKey").setId(purpose.wireName()).setCount(count)));
    return event;
  }

  private static void count(
      Map<UUID, Map<Purpose, Integer>> counts, UUID organisation, Purpose purpose) {
    counts.computeIfAbsent(organisation, _ -> new TreeMap<>()).merge(purpose, 1, Integer::sum);
  }

  private static UUID organisation(KeyAsk ask) {
    return switch (ask) {
      case KeyAsk.OfSubject of -> of.subject().organisation();
      case KeyAsk.ById _ -> NONE;
    };
  }
}
