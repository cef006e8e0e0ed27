package io.pulsewarden.registry.est;

import io.pulsewarden.registry.firstenrolment.FirstEnrolmentStore;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/**
 * EST under an organisation's label (RFC 7030, section 3.2.2): the same operations, for devices of
 * that organisation alone. Answers are those of {@link EstResource}.
 */
@Path("/.well-known/est/{label: [a-z0-9][a-z0-9-]*}")
@PermitAll
@Tag(name = "EST")
class LabelledEstResource {

  private final EstResource est;
  private final FirstEnrolmentStore organisations;

  LabelledEstResource(EstResource est, FirstEnrolmentStore organisations) {
    this.est = est;
    this.organisations = organisations;
  }

  @GET
  @Path("cacerts")
  @Produces("application/pkcs7-mime")
  @Operation(operationId = "labelledCacerts", summary = "CA certificates, by label")
  public Uni<Response> caCertificates(@PathParam("label") String label) {
    return organisation(label).map(organisation -> est.caCertificates());
  }

  @GET
  @Path("csrattrs")
  @Produces("application/csrattrs")
  @Operation(operationId = "labelledCsrattrs", summary = "What a request should be like, by label")
  public Uni<Response> csrAttributes(@PathParam("label") String label) {
    return organisation(label).map(organisation -> est.csrAttributes());
  }

  @POST
  @Path("simpleenroll")
  @Consumes("application/pkcs10")
  @Produces({"application/pkcs7-mime", "application/problem+json"})
  @Operation(operationId = "labelledSimpleenroll", summary = "Enrolment, by label")
  public Uni<Response> simpleEnroll(
      @PathParam("label") String label,
      @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
      @Context HttpServerRequest request,
      byte[] body) {
    return organisation(label)
        .chain(organisation -> est.enrol(organisation, authorization, request, body));
  }

  @POST
  @Path("simplereenroll")
  @Consumes("application/pkcs10")
  @Produces({"application/pkcs7-mime", "application/problem+json"})
  @Operation(operationId = "labelledSimplereenroll", summary = "Renewal, by label")
  public Uni<Response> simpleReenroll(
      @PathParam("label") String label, @Context HttpServerRequest request, byte[] body) {
    return organisation(label).chain(organisation -> est.renew(organisation, request, body));
  }

  private Uni<UUID> organisation(String label) {
    return organisations
        .organisation(label)
        .map(found -> found.orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND.plain())));
  }
}
