package io.pulsewarden.telemetry.keys;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** Key management over mutual TLS. */
@Path("/v1/evictions")
@RegisterRestClient(configKey = "keys")
public interface EvictionsClient {

  /** Any status but 2xx is a failure. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  Uni<Void> confirm(Confirmation confirmation);
}
