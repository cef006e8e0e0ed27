package io.pulsewarden.registry.issuer;

import io.pulsewarden.registry.access.Caller;
import io.pulsewarden.registry.ca.AnnouncedIssuers;
import io.pulsewarden.registry.ca.CertificateAuthority;
import io.pulsewarden.registry.ca.NextIssuer;
import io.pulsewarden.registry.idempotency.IdempotencyKey;
import io.pulsewarden.registry.problem.Fields;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The issuing CAs, of all organisations: a role of its own. */
@Path("/v1/issuing-cas")
@RolesAllowed("ca-admin")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Issuing CAs")
class IssuerResource {

  /** What an idempotency key stands for here: there is nothing to choose. */
  static final String REQUEST = "introduce an issuing CA";

  private final CertificateAuthority authority;
  private final IssuerStore store;
  private final RetirementStore retirements;
  private final Instance<Caller> caller;

  IssuerResource(
      CertificateAuthority authority,
      IssuerStore store,
      RetirementStore retirements,
      Instance<Caller> caller) {
    this.authority = authority;
    this.store = store;
    this.retirements = retirements;
    this.caller = caller;
  }

  @GET
  @Operation(operationId = "issuingCas", summary = "Issuing CAs in use, the one that signs first")
  public Uni<List<IssuerView>> all() {
    List<X509Certificate> issuers = authority.issuers();
    return retirements
        .retired()
        .map(
            retired ->
                issuers.stream()
                    .map(
                        issuer ->
                            IssuerView.of(
                                issuer,
                                issuer.equals(issuers.getFirst()),
                                retired.get(AnnouncedIssuers.fingerprint(issuer))))
                    .toList());
  }

  private boolean signs(X509Certificate issuer) {
    return issuer.equals(authority.issuers().getFirst());
  }

  @POST
  @Operation(
      operationId = "introduceIssuingCa",
      summary = "Sign with another issuing CA; devices move to it as they renew")
  @APIResponse(
      responseCode = "201",
      description = "It signs once telemetry knows it; `signing` in the list says when")
  @APIResponse(responseCode = "400", description = "invalid-header")
  @APIResponse(responseCode = "409", description = "root-offline, issuer-unchanged")
  @APIResponse(responseCode = "422", description = "idempotency-key-reused")
  public Uni<Response> introduce(@HeaderParam(IdempotencyKey.HEADER) @Nullable String key) {
    return store
        .introduce(caller.get(), IdempotencyKey.parse(key, REQUEST))
        .map(
            next ->
                switch (next) {
                  case NextIssuer.Introduced(X509Certificate issuer) ->
                      Response.status(201)
                          .entity(IssuerView.of(issuer, signs(issuer), null))
                          .build();
                  case NextIssuer.RootOffline ignored ->
                      throw new ProblemException(
                          ProblemType.ROOT_OFFLINE.because(
                              "Lay an issuing CA into the folder that the root signed elsewhere."));
                  case NextIssuer.Unchanged ignored ->
                      throw new ProblemException(
                          ProblemType.ISSUER_UNCHANGED.because(
                              "Make another issuer the default one in Vault first."));
                });
  }

  @POST
  @Path("{keyHash}/retirement")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "retireIssuingCa",
      summary = "Let no device in any more with a certificate of this issuing CA, and end sessions")
  @APIResponse(responseCode = "200", description = "Retired, now or before")
  @APIResponse(responseCode = "400", description = "invalid-body, invalid-field")
  @APIResponse(responseCode = "404", description = "not-found")
  @APIResponse(responseCode = "409", description = "issuer-signs")
  public Uni<IssuerView> retire(
      @PathParam("keyHash") String keyHash, @Nullable RetirementBody body) {
    return retirements
        .retire(caller.get(), keyHash, Fields.body(body).retirementReason())
        .map(
            outcome ->
                switch (outcome) {
                  case RetirementOutcome.Retired(X509Certificate issuer, Instant at) ->
                      IssuerView.of(issuer, false, at);
                  case RetirementOutcome.Signing ignored ->
                      throw new ProblemException(
                          ProblemType.ISSUER_SIGNS.because(
                              "Introduce another, and wait until that one signs."));
                  case RetirementOutcome.Unknown ignored ->
                      throw new ProblemException(ProblemType.NOT_FOUND.plain());
                });
  }
}
