package io.pulsewarden.registry.firstenrolment;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.registry.access.SystemWorkStore;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.FeedStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Asks for a person's approval where an organisation wants it, and knows what became of it. What
 * was approved ends with the certificate that it was for: {@code enrolment_record} does that.
 */
@ApplicationScoped
public class ApprovalStore {

  private final SystemWorkStore work;
  private final FeedStore feed;
  private final DeviceAudit audit;
  private final Clock clock;

  ApprovalStore(SystemWorkStore work, FeedStore feed, DeviceAudit audit, Clock clock) {
    this.work = work;
    this.feed = feed;
    this.audit = audit;
    this.clock = clock;
  }

  /** Whether a key may get its first certificate now. */
  public enum Approval {
    GIVEN,
    PENDING,
    REFUSED
  }

  /** Whether first enrolments of an organisation wait for a person at all. */
  private static Uni<Boolean> isManual(Mutiny.Session session, UUID organisation) {
    return session
        .find(EnrolmentSettingsEntity.class, organisation)
        .map(settings -> settings != null && settings.manualApproval());
  }

  /**
   * Looks, and asks if nobody has: the key of a device is one request, however often it comes. A
   * crash after the commit leaves the request for people to see; the device asks again.
   */
  public Uni<Approval> of(UUID organisation, UUID device, String keyHash) {
    return work.withTransaction(
        session ->
            isManual(session, organisation)
                .chain(
                    manual ->
                        manual
                            ? ask(session, organisation, device, keyHash)
                            : Uni.createFrom().item(Approval.GIVEN)));
  }

  private Uni<Approval> ask(
      Mutiny.Session session, UUID organisation, UUID device, String keyHash) {
    return session
        .createNativeQuery(
            "INSERT INTO enrolment_request AS r"
                + " (device_id, id, organisation_id, key_hash, state, requested_at)"
                + " VALUES (:device, :id, :organisation, :key, 'PENDING', :now)"
                + " ON CONFLICT (device_id) DO UPDATE SET id = excluded.id,"
                + " key_hash = excluded.key_hash, state = 'PENDING', decided_at = NULL,"
                + " decided_by = NULL, requested_at = excluded.requested_at,"
                + " version = r.version + 1"
                + " WHERE r.key_hash <> excluded.key_hash OR r.state = 'USED'")
        .setParameter("device", device)
        .setParameter("id", UUID.randomUUID())
        .setParameter("organisation", organisation)
        .setParameter("key", keyHash)
        .setParameter("now", clock.instant())
        .executeUpdate()
        .chain(
            rows ->
                rows == 0
                    ? session
                        .find(EnrolmentRequestEntity.class, device)
                        .map(request -> approval(request.state()))
                    : feed.audit(
                            session,
                            audit
                                .byDevice(
                                    AuditAction.AUDIT_ACTION_ENROLMENT_REQUESTED,
                                    organisation,
                                    device)
                                .build())
                        .replaceWith(Approval.PENDING));
  }

  private static Approval approval(EnrolmentRequestEntity.State state) {
    return switch (state) {
      case PENDING, USED -> Approval.PENDING;
      case APPROVED -> Approval.GIVEN;
      case REJECTED -> Approval.REFUSED;
    };
  }
}
