package io.pulsewarden.registry.est;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.registry.csr.CsrRule;
import io.pulsewarden.registry.device.IssuedCertificate;
import io.pulsewarden.registry.feed.DeviceAudit;
import io.pulsewarden.registry.feed.DeviceSnapshot;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * Records enrolments. Proof, key, certificate, the device's state, the feed's row and the audit
 * event are one transaction, and that is one call of the database's {@code enrolment_record}, which
 * answers after its commit: a crash before it leaves a claim that still works and a signed
 * certificate that nobody has and nobody admits; a crash after it leaves the device enrolled, with
 * a claim used up by an answer that may not have arrived, and an administrator makes another. A
 * device that renews still has the certificate that it renewed with, and renews again.
 */
@ApplicationScoped
class EnrolmentStore {

  private static final String LATE = "expired";
  private static final String KEY_IN_USE = "PW001";
  private static final String RECORDED = "recorded";

  private static final String RECORD =
      "SELECT enrolment_record($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,"
          + " $16, $17, $18, $19)";

  private final Pool pool;
  private final ProofStore proofs;
  private final DeviceAudit audit;
  private final Clock clock;

  EnrolmentStore(Pool pool, ProofStore proofs, DeviceAudit audit, Clock clock) {
    this.pool = pool;
    this.proofs = proofs;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Records what was proven, if that still holds: signing took its time. A device's version tells,
   * which is compared under the device's lock; what a manufacturer's certificate proves is not part
   * of it, and looked at again.
   */
  Uni<EnrolmentOutcome> enrol(
      EnrolmentCall call, ProofVerdict.Proven proven, IssuedCertificate issued) {
    return call.proof() instanceof Proof.ByManufacturer
        ? again(call, issued)
        : record(call, proven, issued);
  }

  /** Each turn but the first is one that another change of this device took. */
  private Uni<EnrolmentOutcome> again(EnrolmentCall call, IssuedCertificate issued) {
    return proofs
        .judge(call)
        .chain(
            verdict ->
                switch (verdict) {
                  case ProofVerdict.Unproven(Refusal refusal, var device) -> refused(refusal);
                  case ProofVerdict.Proven still -> record(call, still, issued);
                });
  }

  private Uni<EnrolmentOutcome> record(
      EnrolmentCall call, ProofVerdict.Proven proven, IssuedCertificate issued) {
    return pool.preparedQuery(RECORD)
        .execute(parameters(call.proof(), proven, issued))
        .map(rows -> RECORDED.equals(rows.iterator().next().getString(0)))
        .chain(
            recorded ->
                recorded
                    ? Uni.createFrom()
                        .<EnrolmentOutcome>item(new EnrolmentOutcome.Enrolled(issued.certificate()))
                    : again(call, issued))
        .onFailure(EnrolmentStore::isKeyInUse)
        .recoverWithItem(
            () -> new EnrolmentOutcome.Refused(new Refusal.ByRequest(CsrRule.KEY_IN_USE)));
  }

  private Tuple parameters(Proof proof, ProofVerdict.Proven proven, IssuedCertificate issued) {
    Instant now = clock.instant();
    DeviceLook device = proven.device();
    DeviceLook.Shown renewed = proven.renewed();
    DeviceSnapshot after = EnrolledState.of(proven, issued, now);
    OutboxRow event = OutboxRow.audit(event(proven, issued));
    return Tuple.tuple()
        .addUUID(device.id())
        .addLong(device.version())
        .addOffsetDateTime(now.atOffset(ZoneOffset.UTC))
        .addString(after.device().lifecycle().name())
        .addString(proof instanceof Proof.ByClaim(Credentials shown) ? shown.claimHash() : null)
        .addString(renewed == null ? null : renewed.fingerprint())
        .addString(issued.fingerprint())
        .addString(issued.serialNumber())
        .addString(issued.keyHash())
        .addString(issued.issuerKeyHash())
        .addValue(Buffer.buffer(issued.der()))
        .addOffsetDateTime(issued.notBefore().atOffset(ZoneOffset.UTC))
        .addOffsetDateTime(issued.notAfter().atOffset(ZoneOffset.UTC))
        .addString(DeviceSnapshot.topic())
        .addValue(Buffer.buffer(after.key().toByteArray()))
        .addValue(Buffer.buffer(after.value().toByteArray()))
        .addString(event.topic())
        .addInteger(event.partition())
        .addValue(Buffer.buffer(event.value().toByteArray()));
  }

  private AuditEvent event(ProofVerdict.Proven proven, IssuedCertificate issued) {
    AuditEvent.Builder event =
        audit
            .byDevice(
                proven.renewed() == null
                    ? AuditAction.AUDIT_ACTION_CERTIFICATE_ISSUED
                    : AuditAction.AUDIT_ACTION_CERTIFICATE_RENEWED,
                proven.device().organisationId(),
                proven.device().id())
            .addEntity(DeviceAudit.entity("Certificate", issued.fingerprint()));
    return proven.late() ? event.setReasonCode(LATE).build() : event.build();
  }

  private static boolean isKeyInUse(Throwable failure) {
    return failure instanceof PgException refused && KEY_IN_USE.equals(refused.getSqlState());
  }

  private static Uni<EnrolmentOutcome> refused(Refusal refusal) {
    return Uni.createFrom().item(new EnrolmentOutcome.Refused(refusal));
  }
}
