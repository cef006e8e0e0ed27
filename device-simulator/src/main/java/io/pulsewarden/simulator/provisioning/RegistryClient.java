package io.pulsewarden.simulator.provisioning;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.simulator.endpoints.JsonHttp;
import io.pulsewarden.simulator.login.AccessTokens;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** The device registry's REST interface, as far as a new device needs it. */
public final class RegistryClient {

  private final JsonHttp http;
  private final URI base;
  private final AccessTokens tokens;

  public RegistryClient(JsonHttp http, URI base, AccessTokens tokens) {
    this.http = http;
    this.base = base;
    this.tokens = tokens;
  }

  /** Registers a device and returns its id. */
  public UUID register(String serialNumber, String model) throws InterruptedException {
    JsonNode device =
        post(
            "/v1/devices",
            Map.of(
                "serialNumber",
                serialNumber,
                "model",
                model,
                "manufacturer",
                "Pulsewarden simulator",
                "udi",
                "(01)00000000000000(21)" + serialNumber));
    return UUID.fromString(device.path("id").asText());
  }

  /** Makes a one-time claim, with which the device may enrol. */
  public String claim(UUID device) throws InterruptedException {
    return post("/v1/devices/" + device + "/claims", Map.of()).path("claim").asText();
  }

  /** Says who wears the device from a time on. */
  public void assign(UUID device, String patient, Instant from) throws InterruptedException {
    post(
        "/v1/devices/" + device + "/assignments",
        Map.of("patientId", patient, "from", from.toString()));
  }

  private JsonNode post(String path, Map<String, ?> body) throws InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + tokens.current())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(JsonHttp.write(body)))
            .build());
  }
}
