package io.pulsewarden.registry.est;

import io.pulsewarden.registry.ca.DeviceName;
import io.pulsewarden.registry.csr.AcceptedCsr;
import io.pulsewarden.registry.csr.CsrRule;
import io.pulsewarden.registry.csr.CsrVerdict;
import io.pulsewarden.registry.csr.RequestedNames;
import io.pulsewarden.registry.firstenrolment.ApprovalStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Enrolment and renewal (RFC 7030, sections 4.2.1 and 4.2.2): look at the proof, judge the request,
 * sign, record. Who proves nothing costs no cryptography; a request that is refused leaves a claim
 * as it was.
 */
@ApplicationScoped
class Enrolment {

  private final ProofStore proofs;
  private final SigningClient signing;
  private final ApprovalStore approvals;
  private final EnrolmentStore store;
  private final RefusalStore refusals;
  private final EnrolmentMetrics metrics;

  Enrolment(
      ProofStore proofs,
      SigningClient signing,
      ApprovalStore approvals,
      EnrolmentStore store,
      RefusalStore refusals,
      EnrolmentMetrics metrics) {
    this.proofs = proofs;
    this.signing = signing;
    this.approvals = approvals;
    this.store = store;
    this.refusals = refusals;
    this.metrics = metrics;
  }

  Uni<EnrolmentOutcome> enrol(EnrolmentCall call) {
    return proofs
        .judge(call)
        .chain(
            verdict ->
                switch (verdict) {
                  case ProofVerdict.Unproven(Refusal refusal, var device) ->
                      refuse(call.proof(), device, refusal);
                  case ProofVerdict.Proven proven -> judge(call, proven);
                });
  }

  private Uni<EnrolmentOutcome> judge(EnrolmentCall call, ProofVerdict.Proven proven) {
    return signing
        .judge(call.request(), call.connection())
        .chain(
            verdict ->
                switch (verdict) {
                  case CsrVerdict.Refused(var rule) -> refuse(call.proof(), proven, rule);
                  case CsrVerdict.Accepted(AcceptedCsr csr) ->
                      brokenByNames(call.proof(), proven, csr.names())
                          .map(rule -> refuse(call.proof(), proven, rule))
                          .orElseGet(() -> approve(call, proven, csr));
                });
  }

  private static Optional<CsrRule> brokenByNames(
      Proof proof, ProofVerdict.Proven proven, RequestedNames names) {
    return switch (proof) {
      case Proof.ByClaim ignored -> names.brokenFor(proven.device().id());
      case Proof.ByManufacturer ignored -> names.brokenFor(proven.device().id());
      case Proof.ByCertificate(var presented) -> names.brokenFor(RequestedNames.of(presented));
    };
  }

  /** Who renews was approved before. */
  private Uni<EnrolmentOutcome> approve(
      EnrolmentCall call, ProofVerdict.Proven proven, AcceptedCsr csr) {
    DeviceLook device = proven.device();
    if (proven.renewed() != null || !device.manual()) {
      return sign(call, proven, csr);
    }
    return approvals
        .of(device.organisationId(), device.id(), csr.keyHash())
        .chain(
            approval ->
                switch (approval) {
                  case GIVEN -> sign(call, proven, csr);
                  case REFUSED -> refuse(call.proof(), device, new Refusal.ByDecision());
                  case PENDING -> {
                    metrics.pending();
                    yield Uni.createFrom().item(new EnrolmentOutcome.Pending());
                  }
                });
  }

  private Uni<EnrolmentOutcome> sign(
      EnrolmentCall call, ProofVerdict.Proven proven, AcceptedCsr csr) {
    DeviceLook device = proven.device();
    return signing
        .sign(new DeviceName(device.id(), device.organisationId()), csr)
        .chain(issued -> store.enrol(call, proven, issued))
        .chain(
            outcome ->
                switch (outcome) {
                  case EnrolmentOutcome.Enrolled enrolled -> {
                    metrics.enrolled();
                    yield Uni.createFrom().item(outcome);
                  }
                  case EnrolmentOutcome.Pending pending -> Uni.createFrom().item(outcome);
                  case EnrolmentOutcome.Refused(Refusal refusal) ->
                      refuse(call.proof(), device, refusal);
                });
  }

  private Uni<EnrolmentOutcome> refuse(Proof proof, ProofVerdict.Proven proven, CsrRule rule) {
    return refuse(proof, proven.device(), new Refusal.ByRequest(rule));
  }

  private Uni<EnrolmentOutcome> refuse(Proof proof, @Nullable DeviceLook device, Refusal refusal) {
    metrics.refused(refusal);
    return refusals
        .refused(proof, device, refusal)
        .replaceWith(new EnrolmentOutcome.Refused(refusal));
  }
}
