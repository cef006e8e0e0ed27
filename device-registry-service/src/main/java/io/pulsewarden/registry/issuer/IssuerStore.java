package io.pulsewarden.registry.issuer;

import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.ca.AnnouncedIssuers;
import io.pulsewarden.registry.ca.AuthorityClient;
import io.pulsewarden.registry.ca.CertificateAuthority;
import io.pulsewarden.registry.ca.NextIssuer;
import io.pulsewarden.registry.idempotency.IdempotencyKey;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.cert.X509Certificate;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Introduces issuing CAs. Audited before it is done, and again if it was not, or is not known to
 * be: a crash in between, or a database that is away then, leaves an entry about a CA that there
 * may not be, never a CA without an entry. The wish sent again under its key is fulfilled then, or
 * finds the CA that was made.
 */
@ApplicationScoped
class IssuerStore {

  private final AuthorityClient authority;
  private final IntroductionStore introductions;
  private final IntroductionLockStore one;

  IssuerStore(
      AuthorityClient authority, IntroductionStore introductions, IntroductionLockStore one) {
    this.authority = authority;
    this.introductions = introductions;
    this.one = one;
  }

  Uni<NextIssuer> introduce(Caller caller, IdempotencyKey key) {
    return authority
        .ask(IssuerStore::known)
        .chain(known -> introductions.remember(caller, key, known))
        .chain(
            wish ->
                authority
                    .ask(issuing -> madeSince(issuing, wish))
                    .chain(
                        made ->
                            made.isPresent()
                                ? Uni.createFrom().item(made.get())
                                : introduce(caller, wish)));
  }

  private Uni<NextIssuer> introduce(Caller caller, IntroductionStore.Wish wish) {
    Uni<Void> audited =
        wish.repeated()
            ? introductions.audit(caller, AuditOutcome.AUDIT_OUTCOME_SUCCESS)
            : Uni.createFrom().voidItem();
    return audited
        .chain(() -> made(caller, wish))
        .call(
            next ->
                next instanceof NextIssuer.Introduced
                    ? Uni.createFrom().voidItem()
                    : failed(caller));
  }

  private Uni<NextIssuer> made(Caller caller, IntroductionStore.Wish wish) {
    return one.alone(() -> authority.ask(issuing -> madeOrMake(issuing, wish)))
        .onFailure()
        // The caller is told why it failed, also where that can't be written either.
        .call(() -> failed(caller).onFailure().recoverWithNull());
  }

  private Uni<Void> failed(Caller caller) {
    return introductions.audit(caller, AuditOutcome.AUDIT_OUTCOME_FAILED);
  }

  /** A wish and its repeat at once make one CA; what another instance made is taken over. */
  private static NextIssuer madeOrMake(CertificateAuthority issuing, IntroductionStore.Wish wish) {
    return madeSince(issuing, wish).orElseGet(issuing::introduceIssuer);
  }

  private static Set<String> known(CertificateAuthority issuing) {
    return issuing.issuers().stream()
        .map(AnnouncedIssuers::fingerprint)
        .collect(Collectors.toSet());
  }

  /** The first issuer that came after a wish which is made again; a new wish has none. */
  private static Optional<NextIssuer> madeSince(
      CertificateAuthority issuing, IntroductionStore.Wish wish) {
    return wish.repeated()
        ? issuing.issuers().stream()
            .filter(issuer -> !wish.known().contains(AnnouncedIssuers.fingerprint(issuer)))
            .min(Comparator.comparing(X509Certificate::getNotBefore))
            .map(NextIssuer.Introduced::new)
        : Optional.empty();
  }
}
