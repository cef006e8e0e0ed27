package io.pulsewarden.registry.est;

import io.pulsewarden.registry.ca.DeviceName;
import io.pulsewarden.registry.csr.AcceptedCsr;
import io.pulsewarden.registry.csr.CsrVerdict;
import io.pulsewarden.registry.device.DeviceEntity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * First enrolment with a claim (RFC 7030, section 4.2.1): look at the claim, judge the request,
 * sign, record. Who proves nothing costs no cryptography; a request that is refused leaves the
 * claim as it was.
 */
@ApplicationScoped
class Enrolment {

  private final ClaimCheckStore claims;
  private final SigningClient signing;
  private final EnrolmentStore store;
  private final EnrolmentMetrics metrics;

  Enrolment(
      ClaimCheckStore claims,
      SigningClient signing,
      EnrolmentStore store,
      EnrolmentMetrics metrics) {
    this.claims = claims;
    this.signing = signing;
    this.store = store;
    this.metrics = metrics;
  }

  Uni<EnrolmentOutcome> enrol(Credentials credentials, byte[] request) {
    return claims
        .look(credentials)
        .chain(
            verdict ->
                switch (verdict) {
                  case ClaimVerdict.Unproven(Refusal refusal, var device) ->
                      refuse(credentials, organisation(device), refusal);
                  case ClaimVerdict.Proven(DeviceEntity device) ->
                      judge(credentials, device, request);
                });
  }

  private Uni<EnrolmentOutcome> judge(
      Credentials credentials, DeviceEntity device, byte[] request) {
    return signing
        .judge(request)
        .chain(
            verdict ->
                switch (verdict) {
                  case CsrVerdict.Refused(var rule) ->
                      refuse(credentials, device.organisationId(), new Refusal.ByRequest(rule));
                  case CsrVerdict.Accepted(AcceptedCsr csr) -> sign(credentials, device, csr);
                });
  }

  private Uni<EnrolmentOutcome> sign(
      Credentials credentials, DeviceEntity device, AcceptedCsr csr) {
    return signing
        .sign(new DeviceName(device.id(), device.organisationId()), csr)
        .chain(issued -> store.enrol(credentials, issued))
        .chain(
            outcome ->
                switch (outcome) {
                  case EnrolmentOutcome.Enrolled enrolled -> {
                    metrics.enrolled();
                    yield Uni.createFrom().item(outcome);
                  }
                  case EnrolmentOutcome.Refused(Refusal refusal) ->
                      refuse(credentials, device.organisationId(), refusal);
                });
  }

  private Uni<EnrolmentOutcome> refuse(
      Credentials credentials, @Nullable UUID organisation, Refusal refusal) {
    metrics.refused(refusal);
    return store
        .auditRefusal(credentials.deviceId(), organisation, refusal)
        .replaceWith(new EnrolmentOutcome.Refused(refusal));
  }

  private static @Nullable UUID organisation(@Nullable DeviceEntity device) {
    return device == null ? null : device.organisationId();
  }
}
