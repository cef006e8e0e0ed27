package io.pulsewarden.registry.est;

import io.pulsewarden.registry.device.ClaimRule;
import io.pulsewarden.registry.problem.Problem;
import io.pulsewarden.registry.problem.ProblemBody;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** EST's operations, without tokens: a claim or a certificate is what a device has. */
@Path("/.well-known/est")
@PermitAll
@Tag(name = "EST")
class EstResource {

  private static final String CERTS_ONLY = "application/pkcs7-mime; smime-type=certs-only";
  private static final String PKCS7 = "application/pkcs7-mime";
  private static final String PROBLEM = "application/problem+json";
  private static final String CHALLENGE = "Basic realm=\"enrolment\", charset=\"UTF-8\"";
  private static final int TOO_MANY = 429;

  private final EstTrust trust;
  private final Enrolment enrolment;
  private final EnrolmentMetrics metrics;
  private final EnrolmentSettings settings;
  private final WrongTries wrongTries;
  private final byte[] attributes = CsrAttributes.encoded();

  EstResource(
      EstTrust trust,
      Enrolment enrolment,
      EnrolmentMetrics metrics,
      EnrolmentSettings settings,
      Clock clock) {
    this.trust = trust;
    this.enrolment = enrolment;
    this.metrics = metrics;
    this.settings = settings;
    this.wrongTries = new WrongTries(settings.wrongTriesPerMinute(), clock);
  }

  @GET
  @Path("cacerts")
  @Produces(PKCS7)
  @Operation(operationId = "cacerts", summary = "CA certificates (RFC 7030, section 4.1)")
  @APIResponse(responseCode = "200", description = "PKCS#7 certs-only, base64")
  public Response caCertificates() {
    return certificates(trust.body());
  }

  @GET
  @Path("csrattrs")
  @Produces("application/csrattrs")
  @Operation(operationId = "csrattrs", summary = "What a request should be like (RFC 9908)")
  @APIResponse(responseCode = "200", description = "CsrAttrs, base64")
  public Response csrAttributes() {
    return Response.ok(attributes.clone()).header("Content-Transfer-Encoding", "base64").build();
  }

  @POST
  @Path("simpleenroll")
  @Consumes("application/pkcs10")
  @Produces({PKCS7, PROBLEM})
  @Operation(operationId = "simpleenroll", summary = "Enrolment (RFC 7030, section 4.2)")
  @APIResponse(responseCode = "200", description = "The certificate, PKCS#7 certs-only, base64")
  @APIResponse(responseCode = "400", description = "csr-...: the rule that the request breaks")
  @APIResponse(responseCode = "401", description = "claim-..., or the bare challenge")
  @APIResponse(
      responseCode = "202",
      description = "A person has to approve it: again after Retry-After")
  @APIResponse(
      responseCode = "403",
      description = "device-state-forbids, enrolment-rejected, idevid-...")
  @APIResponse(responseCode = "409", description = "csr-key-in-use")
  @APIResponse(responseCode = "413", description = "csr-too-large")
  @APIResponse(responseCode = "429", description = "too-many-tries")
  public Uni<Response> simpleEnroll(
      @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
      @Context HttpServerRequest request,
      byte[] body) {
    return enrol(null, authorization, request, body);
  }

  @POST
  @Path("simplereenroll")
  @Consumes("application/pkcs10")
  @Produces({PKCS7, PROBLEM})
  @Operation(operationId = "simplereenroll", summary = "Renewal (RFC 7030, section 4.2.2)")
  @APIResponse(responseCode = "200", description = "The certificate, PKCS#7 certs-only, base64")
  @APIResponse(responseCode = "400", description = "csr-...: the rule that the request breaks")
  @APIResponse(responseCode = "403", description = "certificate-..., device-state-forbids")
  @APIResponse(responseCode = "409", description = "csr-key-in-use")
  @APIResponse(responseCode = "413", description = "csr-too-large")
  public Uni<Response> simpleReenroll(@Context HttpServerRequest request, byte[] body) {
    return renew(null, request, body);
  }

  /**
   * First enrolment: by a claim if there is one, or else by the certificate that was shown.
   *
   * @param organisation whose label is in the path
   */
  Uni<Response> enrol(
      @Nullable UUID organisation,
      @Nullable String authorization,
      HttpServerRequest request,
      byte[] body) {
    TlsConnection connection = new TlsConnection(request.sslSession());
    Optional<Credentials> credentials = Credentials.parse(authorization);
    if (credentials.isPresent()) {
      Proof proof = new Proof.ByClaim(credentials.get());
      return byClaim(
          new EnrolmentCall(proof, organisation, body, connection),
          request.remoteAddress().hostAddress());
    }
    List<X509Certificate> shown = connection.certificates();
    return shown.isEmpty()
        ? challenge(new Refusal.NoCredentials())
        : byManufacturer(
            new EnrolmentCall(new Proof.ByManufacturer(shown), organisation, body, connection));
  }

  Uni<Response> renew(@Nullable UUID organisation, HttpServerRequest request, byte[] body) {
    TlsConnection connection = new TlsConnection(request.sslSession());
    List<X509Certificate> shown = connection.certificates();
    if (shown.isEmpty()) {
      Refusal missing = new Refusal.ByCertificate(PresentedRule.MISSING);
      metrics.refused(missing);
      return Uni.createFrom().item(refused(missing));
    }
    Proof proof = new Proof.ByCertificate(shown.getFirst());
    return enrolment
        .enrol(new EnrolmentCall(proof, organisation, body, connection))
        .map(this::answer);
  }

  /** Wrong claims of a network are counted; over the limit, not even a right one is looked at. */
  private Uni<Response> byClaim(EnrolmentCall call, String address) {
    if (!wrongTries.left(address)) {
      Refusal tooMany = new Refusal.TooManyTries();
      metrics.refused(tooMany);
      return Uni.createFrom().item(refused(tooMany));
    }
    return enrolment
        .enrol(call)
        .invoke(
            outcome -> {
              if (outcome instanceof EnrolmentOutcome.Refused(Refusal.ByClaim(ClaimRule rule))
                  && rule == ClaimRule.UNKNOWN) {
                wrongTries.count(address);
              }
            })
        .map(this::answer);
  }

  /** A certificate from elsewhere may be of a client that waits to be asked for its claim. */
  private Uni<Response> byManufacturer(EnrolmentCall call) {
    return enrolment
        .enrol(call)
        .chain(
            outcome ->
                outcome
                            instanceof
                            EnrolmentOutcome.Refused(Refusal.ByManufacturer(ManufacturerRule rule))
                        && rule == ManufacturerRule.NOT_TRUSTED
                    ? challenge()
                    : Uni.createFrom().item(answer(outcome)));
  }

  private Uni<Response> challenge(Refusal refusal) {
    metrics.refused(refusal);
    return challenge();
  }

  private Uni<Response> challenge() {
    // Without a body: clients that wait for this challenge to authenticate do not read one.
    return Uni.createFrom()
        .item(
            Response.status(Refusal.UNAUTHORISED)
                .header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE)
                .build());
  }

  private Response answer(EnrolmentOutcome outcome) {
    return switch (outcome) {
      case EnrolmentOutcome.Enrolled(var certificate) ->
          certificates(CertsOnly.encode(List.of(certificate)));
      case EnrolmentOutcome.Pending ignored ->
          Response.accepted()
              .header(HttpHeaders.RETRY_AFTER, settings.retryAfter().toSeconds())
              .build();
      case EnrolmentOutcome.Refused(Refusal refusal) -> refused(refusal);
    };
  }

  /** RFC 8951 has readers ignore the encoding header; older clients decode by it. */
  private static Response certificates(byte[] base64) {
    return Response.ok(base64)
        .header(HttpHeaders.CONTENT_TYPE, CERTS_ONLY)
        .header("Content-Transfer-Encoding", "base64")
        .build();
  }

  private static Response refused(Refusal refusal) {
    Problem problem = refusal.problem();
    Response.ResponseBuilder answer =
        Response.status(problem.status()).type(PROBLEM).entity(ProblemBody.of(problem));
    if (problem.status() == Refusal.UNAUTHORISED) {
      answer.header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
    } else if (problem.status() == TOO_MANY) {
      answer.header(HttpHeaders.RETRY_AFTER, 60);
    }
    return answer.build();
  }
}
