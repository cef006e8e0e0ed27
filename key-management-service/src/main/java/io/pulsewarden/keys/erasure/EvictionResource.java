package io.pulsewarden.keys.erasure;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.pulsewarden.keys.access.Peers;
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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Where services that hold keys say what they have forgotten. */
@Path("/v1/evictions")
public class EvictionResource {

  private final HolderStore holders;
  private final ErasureRecords records;
  private final Counter withoutCertificate;
  private final ErasureConfiguration.Settings settings;
  private final Clock clock;
  private final String trustDomain;

  EvictionResource(
      HolderStore holders,
      ErasureRecords records,
      MeterRegistry meters,
      ErasureConfiguration.Settings settings,
      Clock clock,
      @ConfigProperty(name = "pulsewarden.trust-domain") String trustDomain) {
    this.holders = holders;
    this.records = records;
    this.withoutCertificate = meters.counter("pulsewarden.keys.callers.without.certificate");
    this.settings = settings;
    this.clock = clock;
    this.trustDomain = trustDomain;
  }

  /** Takes it; saying it again changes nothing. */
  @POST
  @PermitAll // No token counts here: the certificate decides.
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Subject keys that a process has evicted, and patients it has purged")
  public Uni<Response> evicted(@Context RoutingContext exchange, byte[] body) {
    return switch (Peers.of(exchange.request().sslSession(), trustDomain)) {
      case PeerIdentity.Refused(String reasonCode) when reasonCode.equals(Peers.NO_CERTIFICATE) -> {
        // Anybody who reaches the port can do this: counted, or the log could be filled with it.
        withoutCertificate.increment();
        yield Uni.createFrom().item(notAService());
      }
      case PeerIdentity.Refused(String reasonCode) ->
          holders.refused(records.stranger(reasonCode)).map(_ -> notAService());
      case PeerIdentity.Service(SpiffeId caller) -> take(caller, Confirmation.read(body));
    };
  }

  private static Response notAService() {
    return Problem.response(403, "not-a-service", "a certificate of a service is needed");
  }

  private Uni<Response> take(SpiffeId caller, Confirmation said) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    Uni<Void> taken =
        said.evicted().isEmpty()
            ? Uni.createFrom().voidItem()
            : holders.forgotten(said.instance(), caller.service(), said.evicted(), now);
    if (caller.service().equals(settings.purger())) {
      for (Confirmation.Purged one : said.purged()) {
        taken =
            taken.chain(
                () ->
                    holders.purged(one.subjectKeyId(), one.blindIndexes(), one.heldBlocks(), now));
      }
    }
    if (said.leaving()) {
      taken = taken.chain(() -> holders.left(said.instance(), caller.service(), now));
    }
    return taken.replaceWith(() -> Response.noContent().build());
  }
}
