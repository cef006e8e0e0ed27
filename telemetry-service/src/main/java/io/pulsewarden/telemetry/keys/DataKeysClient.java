package io.pulsewarden.telemetry.keys;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** Key management over mutual TLS. */
@Path("/v1/data-keys")
@RegisterRestClient(configKey = "keys")
public interface DataKeysClient {

  /** Bodies as {@link KeyWire} writes and reads them; any status but 200 is a failure. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  Uni<byte[]> dataKeys(@HeaderParam("Pulsewarden-Instance") UUID instance, byte[] request);
}
