package io.pulsewarden.telemetry.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.telemetry.TelemetryServers;
import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.SSLException;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
@QuarkusTestResource(KeyManagementStandIn.class)
class HttpKeyGatewayClientIT {

  private static final UUID ID = UUID.randomUUID();
  private static final List<Lookup> ONE = List.of(new Lookup.ById(ID, Purpose.VITALS, 20780));

  @Inject HttpKeyGatewayClient gateway;
  @Inject @RestClient DataKeysClient client;
  @Inject HttpEvictionsClient evictions;
  @Inject TlsConfigurationRegistry tls;

  @Test
  void shouldShowItsSpiffeIdAndReadTheAnswer() throws Exception {
    KeyManagementStandIn.answer(
        200,
        """
        {"keys":[{"status":"ok","subjectKeyId":"%s","epoch":20780,
          "key":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
          "expiresAt":"2026-11-23T13:00:00Z"}]}
        """
            .formatted(ID));

    Fetched fetched = gateway.fetch(ONE).toCompletableFuture().get().getFirst();

    try (BaseKey key = ((KeyAnswer.Available) fetched.answer()).baseKey()) {
      assertThat(key.subjectKeyId()).isEqualTo(ID);
    }
    assertThat(KeyManagementStandIn.CALLERS.getLast().getSubjectAlternativeNames())
        .anySatisfy(
            name ->
                assertThat(name.get(1))
                    .isEqualTo("spiffe://pulsewarden.local/service/telemetry-service"));
  }

  @Test
  void shouldFailWhenKeyManagementDoes() {
    KeyManagementStandIn.answer(503, "{\"code\":\"keys-unavailable\"}");
    assertThatThrownBy(() -> gateway.fetch(ONE).toCompletableFuture().get())
        .hasMessageContaining("503");
  }

  @Test
  void shouldRememberHowItWasAnsweredLast() throws Exception {
    LastAnswer last = new LastAnswer();
    KeyGateway remembering = new HttpKeyGatewayClient(client, new HolderName(), last);

    KeyManagementStandIn.answer(503, "{\"code\":\"keys-unavailable\"}");
    assertThatThrownBy(() -> remembering.fetch(ONE).toCompletableFuture().get())
        .hasMessageContaining("503");
    assertThat(last.standing()).isEqualTo(LastAnswer.Standing.FAILED);

    KeyManagementStandIn.answer(200, "{\"keys\":[{\"status\":\"unknown\"}]}");
    remembering.fetch(ONE).toCompletableFuture().get();
    assertThat(last.standing()).isEqualTo(LastAnswer.Standing.ANSWERED);
  }

  @Test
  void shouldSayWhatItEvictedAndPurgedAndFailWhileThatIsNotTaken() throws Exception {
    UUID instance = UUID.randomUUID();
    Confirmation confirmation =
        new Confirmation(instance, List.of(ID), List.of(new Confirmation.Purged(ID, 2, 3)), true);
    assertThatThrownBy(() -> evictions.confirm(confirmation).toCompletableFuture().get())
        .hasMessageContaining("503");

    KeyManagementStandIn.listen(true);
    try {
      evictions.confirm(confirmation).toCompletableFuture().get();
    } finally {
      KeyManagementStandIn.listen(false);
    }

    String expected =
        """
        {"instance":"%1$s","evicted":["%2$s"],"purged":[{"subjectKeyId":"%2$s",\
        "blindIndexes":2,"heldBlocks":3}],"leaving":true}"""
            .formatted(instance, ID);
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> told = new ArrayList<>();
    for (String body : KeyManagementStandIn.TOLD) {
      if (body.contains(instance.toString())) {
        told.add(json.readTree(body));
      }
    }
    assertThat(told).containsExactly(json.readTree(expected), json.readTree(expected));
  }

  @Test
  void shouldNotTalkToWhomAnotherAuthorityCertified() {
    KeyManagementStandIn foreign = new KeyManagementStandIn(LocalCa.create("somebody else's CA"));
    URI url = startedAt(foreign);
    try {
      DataKeysClient client =
          QuarkusRestClientBuilder.newBuilder()
              .baseUri(url)
              .tlsConfiguration(tls.get("service").orElseThrow())
              .build(DataKeysClient.class);
      assertThatThrownBy(
              () ->
                  client
                      .dataKeys(UUID.randomUUID(), KeyWire.request(ONE))
                      .subscribeAsCompletionStage()
                      .get())
          .hasStackTraceContaining(SSLException.class.getPackageName());
    } finally {
      foreign.stop();
    }
  }

  private static URI startedAt(KeyManagementStandIn server) {
    server.start();
    return URI.create(server.url());
  }
}
