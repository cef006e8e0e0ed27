package io.pulsewarden.keys.handout;

import io.pulsewarden.keys.problem.Problem;
import io.pulsewarden.mtls.PeerIdentity;
import io.pulsewarden.mtls.SpiffeId;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.logging.Logger;

/** Base keys, in batches, to the service at the other end of mutual TLS. */
@Path("/v1/data-keys")
public class DataKeysResource {

  private static final Logger LOG = Logger.getLogger(DataKeysResource.class);

  private final HandOut handOut;
  private final String trustDomain;

  DataKeysResource(
      HandOut handOut, @ConfigProperty(name = "pulsewarden.trust-domain") String trustDomain) {
    this.handOut = handOut;
    this.trustDomain = trustDomain;
  }

  /** Answers in order. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Base keys by subject or subject key, 1 to 1,000, answered in order")
  public Uni<Response> dataKeys(@Context RoutingContext exchange, byte[] body) {
    return switch (peer(exchange.request())) {
      case PeerIdentity.Refused(String reasonCode) ->
          Uni.createFrom()
              .completionStage(() -> handOut.refused(reasonCode))
              .map(_ -> Problem.response(403, "not-a-service", "the certificate is no service's"))
              .onFailure()
              .recoverWithItem(DataKeysResource::unavailable);
      case PeerIdentity.Service(SpiffeId caller) -> handOut(caller, exchange, body);
    };
  }

  private Uni<Response> handOut(SpiffeId caller, RoutingContext exchange, byte[] body) {
    List<KeyAsk> asks;
    try {
      asks = KeyAskReader.read(body);
    } catch (UnreadableRequestException unreadable) {
      return Uni.createFrom()
          .item(Problem.response(400, "unreadable-request", unreadable.detail()));
    }
    return Uni.createFrom()
        .completionStage(() -> handOut.handOut(caller, asks))
        .map(answers -> response(answers, exchange))
        .onFailure()
        .recoverWithItem(DataKeysResource::unavailable);
  }

  private static Response response(List<HandedOut> answers, RoutingContext exchange) {
    try {
      byte[] json = HandedOutKeys.toJson(answers);
      exchange.addEndHandler(_ -> Arrays.fill(json, (byte) 0));
      return Response.ok(json, MediaType.APPLICATION_JSON_TYPE)
          .header(HttpHeaders.CACHE_CONTROL, "no-store")
          .build();
    } finally {
      HandedOutKeys.close(answers);
    }
  }

  private static Response unavailable(Throwable failure) {
    LOG.warn("keys can't be handed out", failure);
    return Problem.response(503, "keys-unavailable", "keys can't be handed out now");
  }

  private PeerIdentity peer(HttpServerRequest request) {
    SSLSession session = request.sslSession();
    try {
      return session != null && session.getPeerCertificates()[0] instanceof X509Certificate shown
          ? PeerIdentity.of(shown, trustDomain)
          : new PeerIdentity.Refused("no-certificate");
    } catch (SSLPeerUnverifiedException none) {
      return new PeerIdentity.Refused("no-certificate");
    }
  }
}
