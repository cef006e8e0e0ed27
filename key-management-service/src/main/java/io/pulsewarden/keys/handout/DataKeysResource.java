package io.pulsewarden.keys.handout;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.keys.access.Peers;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.keys.problem.Problem;
import io.pulsewarden.mtls.PeerIdentity;
import io.pulsewarden.mtls.SpiffeId;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Base keys, in batches, to the service whose certificate is at the other end of the connection.
 */
@Path("/v1/data-keys")
public class DataKeysResource {

  private static final Logger LOG = Logger.getLogger(DataKeysResource.class);

  /** The header by which a process says which one it is. */
  private static final String INSTANCE = "Pulsewarden-Instance";

  private final HandOut handOut;
  private final String trustDomain;
  private final Counter withoutCertificate;

  DataKeysResource(
      HandOut handOut,
      MeterRegistry meters,
      @ConfigProperty(name = "pulsewarden.trust-domain") String trustDomain) {
    this.handOut = handOut;
    this.trustDomain = trustDomain;
    this.withoutCertificate = meters.counter("pulsewarden.keys.callers.without.certificate");
  }

  /** Answers in order. */
  @POST
  @PermitAll // No token counts here: the certificate decides.
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Base keys by subject or subject key, 1 to 1,000, answered in order")
  public Uni<Response> dataKeys(@Context RoutingContext exchange, byte[] body) {
    return switch (Peers.of(exchange.request().sslSession(), trustDomain)) {
      case PeerIdentity.Refused(String reasonCode) when reasonCode.equals(Peers.NO_CERTIFICATE) -> {
        // Anybody who reaches the port can do this: counted, or the log could be filled with it.
        withoutCertificate.increment();
        yield Uni.createFrom().item(notAService());
      }
      case PeerIdentity.Refused(String reasonCode) ->
          Uni.createFrom()
              .completionStage(() -> handOut.refused(reasonCode))
              .map(_ -> notAService());
      case PeerIdentity.Service(SpiffeId caller) -> handOut(caller, exchange, body);
    };
  }

  private Uni<Response> handOut(SpiffeId caller, RoutingContext exchange, byte[] body) {
    List<KeyAsk> asks;
    UUID instance;
    try {
      instance = instance(caller, exchange.request().getHeader(INSTANCE));
      asks = KeyAskReader.read(body);
    } catch (UnreadableRequestException unreadable) {
      return Uni.createFrom()
          .item(Problem.response(400, "unreadable-request", unreadable.detail()));
    }
    return Uni.createFrom()
        .completionStage(() -> handOut.handOut(caller, instance, asks))
        .map(answers -> response(answers, exchange))
        .onFailure(failure -> awayOf(failure) != null)
        .recoverWithItem(DataKeysResource::unavailable);
  }

  /**
   * A caller without a name of its own is one holder for its whole service, which never says that
   * it has evicted.
   */
  private static UUID instance(SpiffeId caller, @Nullable String named) {
    if (named == null) {
      return UUID.nameUUIDFromBytes(caller.toString().getBytes(StandardCharsets.US_ASCII));
    }
    try {
      return UUID.fromString(named);
    } catch (IllegalArgumentException notAnId) {
      throw new UnreadableRequestException(INSTANCE + ": not a UUID");
    }
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

  private static Response notAService() {
    return Problem.response(403, "not-a-service", "a certificate of a service is needed");
  }

  /** A database that is away, and our own mistakes, are told apart where all others are. */
  private static Response unavailable(Throwable failure) {
    KekUnavailableException away = awayOf(failure);
    LOG.warnf(
        "keys can't be handed out reason=%s", away == null ? "unknown" : away.reason().code());
    return Problem.later("keys-unavailable", "keys can't be handed out now");
  }

  private static @Nullable KekUnavailableException awayOf(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof KekUnavailableException away ? away : null;
  }
}
