package io.pulsewarden.registry.status;

import io.pulsewarden.registry.budget.Network;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** OCSP (RFC 6960, appendix A) and revocation lists, for whoever wants to know. */
@Path("/")
@PermitAll
@Tag(name = "Certificate status")
class StatusResource {

  private static final String OCSP_REQUEST = "application/ocsp-request";
  private static final String OCSP_RESPONSE = "application/ocsp-response";
  private static final String CRL = "application/pkix-crl";

  /** RFC 9110, section 5.6.7. JAX-RS would make a formatter for each answer. */
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final OcspResponder responder;
  private final RevocationLists lists;
  private final StatusSettings settings;
  private final Clock clock;

  StatusResource(
      OcspResponder responder, RevocationLists lists, StatusSettings settings, Clock clock) {
    this.responder = responder;
    this.lists = lists;
    this.settings = settings;
    this.clock = clock;
  }

  @POST
  @Path("ocsp")
  @Consumes(OCSP_REQUEST)
  @Operation(operationId = "ocsp", summary = "Status of certificates, request in the body")
  @APIResponse(
      responseCode = "200",
      description = "OCSPResponse in DER; also of errors",
      content = @Content(mediaType = OCSP_RESPONSE))
  public Uni<Response> ask(@Context HttpServerRequest request, byte[] question) {
    return responder.answer(question, network(request)).map(answer -> ok(answer, OCSP_RESPONSE));
  }

  @GET
  @Path("ocsp/{question: .+}")
  @Operation(operationId = "ocspByPath", summary = "Status of certificates, base64 in the path")
  @APIResponse(
      responseCode = "200",
      description = "OCSPResponse in DER; also of errors",
      content = @Content(mediaType = OCSP_RESPONSE))
  public Uni<Response> askByPath(
      @Context HttpServerRequest request, @PathParam("question") String question) {
    return responder
        .answer(decoded(question), network(request))
        .map(answer -> ok(answer, OCSP_RESPONSE));
  }

  @GET
  @Path("crl/{issuer: [0-9a-f]{64}}.crl")
  @Operation(operationId = "revocationList", summary = "Revoked certificates of an issuer")
  @APIResponse(
      responseCode = "200",
      description = "CertificateList in DER",
      content = @Content(mediaType = CRL))
  @APIResponse(responseCode = "404", description = "not-found: no such issuer")
  public Uni<Response> list(@PathParam("issuer") String issuer) {
    return lists
        .list(issuer)
        .map(
            found ->
                ok(
                    found.orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND.plain())),
                    CRL));
  }

  private static String network(HttpServerRequest request) {
    return Network.of(request.remoteAddress().hostAddress());
  }

  /** What is not base64 gets the answer that a malformed request gets. */
  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64.replace(' ', '+'));
    } catch (IllegalArgumentException notBase64) {
      return new byte[0];
    }
  }

  /** Headers of RFC 5019, section 6: no cache keeps an answer longer than it holds. */
  private Response ok(StatusAnswer answer, String type) {
    Response.ResponseBuilder response =
        Response.ok(answer.der()).header(HttpHeaders.CONTENT_TYPE, type);
    if (!answer.lasting()) {
      return response.header(HttpHeaders.CACHE_CONTROL, "no-store").build();
    }
    Instant now = clock.instant();
    Duration left = Duration.between(now, answer.nextUpdate());
    Duration kept = left.compareTo(settings.cachedFor()) < 0 ? left : settings.cachedFor();
    return response
        .header(
            HttpHeaders.CACHE_CONTROL,
            "max-age=" + kept.toSeconds() + ", public, no-transform, must-revalidate")
        .header(HttpHeaders.LAST_MODIFIED, HTTP_DATE.format(answer.thisUpdate()))
        .header(HttpHeaders.EXPIRES, HTTP_DATE.format(now.plus(kept)))
        .build();
  }
}
