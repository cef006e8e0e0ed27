package io.pulsewarden.telemetry.retention;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.Agent;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.YearMonth;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Keeps months ahead of readings, and drops those past retention. Any number of instances may do it
 * at once: of each month one drop finds it. Thread-safe.
 */
final class Retention {

  private static final UUID NO_ORGANISATION = new UUID(0, 0);

  private final MonthStore store;
  private final AuditEvents events;
  private final Agent self;
  private final Clock clock;
  private final OptionalInt months;

  /**
   * @param months how long readings are kept; empty for ever
   */
  Retention(MonthStore store, AuditEvents events, Agent self, Clock clock, OptionalInt months) {
    this.store = store;
    this.events = events;
    this.self = self;
    this.clock = clock;
    this.months = months;
  }

  /** Does what is due now. What fails is due again at the next call. */
  Uni<Void> turn() {
    MonthPlan plan = MonthPlan.at(clock.instant(), months);
    return store
        .add(plan.firstNeeded(), plan.lastNeeded())
        .chain(store::months)
        .chain(there -> drop(plan, there));
  }

  private Uni<Void> drop(MonthPlan plan, List<YearMonth> there) {
    Uni<Void> done = Uni.createFrom().voidItem();
    for (YearMonth month : plan.past(there)) {
      done = done.chain(() -> store.drop(month, blocks -> event(month.toString(), blocks)));
    }
    YearMonth kept = plan.firstKept();
    return kept == null
        ? done
        : done.chain(() -> store.deleteBefore(kept, blocks -> event("before-" + kept, blocks)));
  }

  /** Of all organisations at once, so that it names none. */
  private AuditEvent event(String what, long blocks) {
    return events
        .event(
            AuditAction.AUDIT_ACTION_VITALS_EXPIRED,
            AuditOutcome.AUDIT_OUTCOME_SUCCESS,
            NO_ORGANISATION,
            self)
        .clearOrganisationId()
        .addEntity(Entity.newBuilder().setType("VitalMonth").setId(what).setCount(1))
        .addEntity(Entity.newBuilder().setType("VitalBlock").setCount(blocks))
        .build();
  }
}
