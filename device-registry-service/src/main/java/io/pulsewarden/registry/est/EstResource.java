package io.pulsewarden.registry.est;

import io.pulsewarden.registry.problem.Problem;
import io.pulsewarden.registry.problem.ProblemBody;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** EST's operations, without tokens: a claim is what a device has. */
@Path("/.well-known/est")
@PermitAll
@Tag(name = "EST")
class EstResource {

  private static final String CERTS_ONLY = "application/pkcs7-mime; smime-type=certs-only";
  private static final String PKCS7 = "application/pkcs7-mime";
  private static final String PROBLEM = "application/problem+json";
  private static final String CHALLENGE = "Basic realm=\"enrolment\", charset=\"UTF-8\"";

  private final EstTrust trust;
  private final Enrolment enrolment;
  private final EnrolmentMetrics metrics;

  EstResource(EstTrust trust, Enrolment enrolment, EnrolmentMetrics metrics) {
    this.trust = trust;
    this.enrolment = enrolment;
    this.metrics = metrics;
  }

  @GET
  @Path("cacerts")
  @Produces(PKCS7)
  @Operation(operationId = "cacerts", summary = "CA certificates (RFC 7030, section 4.1)")
  @APIResponse(responseCode = "200", description = "PKCS#7 certs-only, base64")
  public Response caCertificates() {
    return certificates(trust.body());
  }

  @POST
  @Path("simpleenroll")
  @Consumes("application/pkcs10")
  @Produces({PKCS7, PROBLEM})
  @Operation(operationId = "simpleenroll", summary = "Enrolment (RFC 7030, section 4.2)")
  @APIResponse(responseCode = "200", description = "The certificate, PKCS#7 certs-only, base64")
  @APIResponse(responseCode = "400", description = "csr-...: the rule that the request breaks")
  @APIResponse(responseCode = "401", description = "claim-..., or the bare challenge")
  @APIResponse(responseCode = "403", description = "device-state-forbids")
  @APIResponse(responseCode = "409", description = "csr-key-in-use")
  @APIResponse(responseCode = "413", description = "csr-too-large")
  public Uni<Response> simpleEnroll(
      @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization, byte[] body) {
    return Credentials.parse(authorization)
        .map(credentials -> enrolment.enrol(credentials, body).map(EstResource::answer))
        .orElseGet(this::challenge);
  }

  private Uni<Response> challenge() {
    Refusal refusal = new Refusal.NoCredentials();
    metrics.refused(refusal);
    // Without a body: clients that wait for this challenge to authenticate do not read one.
    return Uni.createFrom()
        .item(
            Response.status(Refusal.UNAUTHORISED)
                .header(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE)
                .build());
  }

  private static Response answer(EnrolmentOutcome outcome) {
    return switch (outcome) {
      case EnrolmentOutcome.Enrolled(var certificate) ->
          certificates(CertsOnly.encode(List.of(certificate)));
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
    }
    return answer.build();
  }
}
