package io.pulsewarden.simulator.provisioning;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewarden.simulator.endpoints.JsonHttp;
import io.pulsewarden.simulator.login.AccessTokens;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Creates simulated patients by FHIR R4 conditional create. */
public final class PatientClient {

  private static final String SYSTEM = "https://pulsewarden.io/simulated-patients";

  private final JsonHttp http;
  private final URI fhir;
  private final AccessTokens tokens;

  public PatientClient(JsonHttp http, URI fhir, AccessTokens tokens) {
    this.http = http;
    this.fhir = fhir;
    this.tokens = tokens;
  }

  /**
   * The patient with this identifier, created if there is none.
   *
   * @return the logical id
   */
  public String create(String identifier, String givenName) throws InterruptedException {
    Map<String, Object> patient =
        Map.of(
            "resourceType",
            "Patient",
            "identifier",
            List.of(Map.of("system", SYSTEM, "value", identifier)),
            "name",
            List.of(Map.of("family", "Simulated", "given", List.of(givenName))),
            "gender",
            "unknown",
            "birthDate",
            "1970-01-01");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(fhir + "/Patient"))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + tokens.current())
            .header("Content-Type", "application/fhir+json")
            .header("Accept", "application/fhir+json")
            .header("Prefer", "return=representation")
            .header(
                "If-None-Exist",
                "identifier=" + URLEncoder.encode(SYSTEM + "|" + identifier, UTF_8))
            .POST(BodyPublishers.ofString(JsonHttp.write(patient)))
            .build();
    return http.send(request).path("id").asText();
  }
}
