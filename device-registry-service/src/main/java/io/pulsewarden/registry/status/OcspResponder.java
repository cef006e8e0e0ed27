package io.pulsewarden.registry.status;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;

/**
 * Answers questions about certificates (RFC 6960). What was signed before is given again while it
 * holds, unless the question has a nonce. What has to be signed is limited: over the limit the
 * answer is {@code tryLater}, which costs nothing.
 */
@ApplicationScoped
class OcspResponder {

  private static final StatusAnswer MALFORMED =
      StatusAnswer.error(OcspSigning.error(OCSPRespBuilder.MALFORMED_REQUEST));
  private static final StatusAnswer UNAUTHORIZED =
      StatusAnswer.error(OcspSigning.error(OCSPRespBuilder.UNAUTHORIZED));

  private static final StatusAnswer TRY_LATER =
      StatusAnswer.error(OcspSigning.error(OCSPRespBuilder.TRY_LATER));

  private final KnownIssuers issuers;
  private final StatusStore statuses;
  private final StatusSigningClient signing;
  private final AnswerCache answers;
  private final AnswerLimits limits;
  private final StatusSettings settings;
  private final Clock clock;

  OcspResponder(
      KnownIssuers issuers,
      StatusStore statuses,
      StatusSigningClient signing,
      AnswerCache answers,
      AnswerLimits limits,
      StatusSettings settings,
      Clock clock) {
    this.issuers = issuers;
    this.statuses = statuses;
    this.signing = signing;
    this.answers = answers;
    this.limits = limits;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * The answer, or the error that says why there is none.
   *
   * @param network who asks
   */
  Uni<StatusAnswer> answer(byte[] question, String network) {
    Optional<StatusAnswer> kept = answers.get(question);
    if (kept.isPresent()) {
      return Uni.createFrom().item(kept.get());
    }
    return StatusQuestion.parse(question)
        .map(parsed -> answer(question, parsed, network))
        .orElseGet(() -> Uni.createFrom().item(MALFORMED));
  }

  /** The first certificate's issuer decides who signs; of others' certificates nothing is known. */
  private Uni<StatusAnswer> answer(byte[] question, StatusQuestion parsed, String network) {
    return issuers
        .find(parsed.ids().getFirst())
        .map(
            issuer ->
                limits
                    .sign(network, () -> sign(question, parsed, issuer))
                    .map(signed -> signed.orElse(TRY_LATER)))
        .orElseGet(() -> Uni.createFrom().item(UNAUTHORIZED));
  }

  private Uni<StatusAnswer> sign(byte[] question, StatusQuestion parsed, X509Certificate issuer) {
    long since = answers.generation();
    Instant now = clock.instant();
    return known(parsed.ids(), issuer)
        .chain(
            known ->
                signing.sign(
                    issuer, known, parsed.nonce(), now, now.plus(settings.answerValidity())))
        .invoke(
            answer -> {
              if (parsed.isPlain(question)) {
                answers.put(question, answer, since);
              }
            });
  }

  private Uni<List<OcspSigning.Known>> known(List<CertID> ids, X509Certificate issuer) {
    return Multi.createFrom()
        .iterable(ids)
        .onItem()
        .transformToUniAndConcatenate(id -> known(id, issuer))
        .collect()
        .asList();
  }

  private Uni<OcspSigning.Known> known(CertID id, X509Certificate issuer) {
    return issuers.find(id).filter(issuer::equals).isEmpty()
        ? Uni.createFrom().item(new OcspSigning.Known(id, null))
        : statuses
            .find(issuer, id.getSerialNumber().getValue())
            .map(status -> new OcspSigning.Known(id, status));
  }
}
