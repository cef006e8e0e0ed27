package io.pulsewarden.registry.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.pulsewarden.contracts.deviceregistry.v1.DeviceStateRecord;
import io.pulsewarden.registry.testing.CertsOnlyAnswer;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class FeedIT {

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @TestHTTPResource(value = "/", management = true, tls = true)
  URI management;

  @Test
  void shouldBeatInEveryPartition() {
    try (TopicReader feed = TopicReader.ofDeviceStates()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          feed.poll().stream()
                              .filter(record -> TopicReader.key(record).equals("heartbeat"))
                              .collect(
                                  Collectors.groupingBy(
                                      ConsumerRecord::partition,
                                      Collectors.mapping(
                                          record ->
                                              TopicReader.parse(record).getHeartbeat().getAtMs(),
                                          Collectors.toSet()))))
                      .hasSize(3)
                      .allSatisfy((partition, times) -> assertThat(times).hasSizeGreaterThan(1)));
    }
  }

  @Test
  void shouldTellTheIssuer() throws Exception {
    X509Certificate issuing =
        CertsOnlyAnswer.all(
                Registry.ofNewOrganisation(base)
                    .anonymous()
                    .get("/.well-known/est/cacerts")
                    .asByteArray())
            .stream()
            .filter(
                certificate -> certificate.getSubjectX500Principal().getName().contains("issuing"))
            .findFirst()
            .orElseThrow();
    String key =
        "issuer-"
            + HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(issuing.getEncoded()));

    try (TopicReader feed = TopicReader.ofDeviceStates()) {
      await()
          .untilAsserted(
              () -> {
                List<DeviceStateRecord> found =
                    feed.poll().stream()
                        .filter(record -> TopicReader.key(record).equals(key))
                        .map(TopicReader::parse)
                        .toList();
                assertThat(found).isNotEmpty();
                assertThat(found.getFirst().getIssuer().getCertificate().toByteArray())
                    .isEqualTo(issuing.getEncoded());
                assertThat(found.getFirst().getIssuer().getRetired()).isFalse();
              });
    }
  }

  @Test
  void shouldSayThatItIsWell() {
    Registry caller = Registry.ofNewOrganisation(management.resolve("/"));

    await()
        .untilAsserted(
            () ->
                caller
                    .anonymous()
                    .get("/q/health/well")
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("UP")));
    for (String asked : List.of("/q/health/ready", "/q/health/group/traffic")) {
      caller.anonymous().get(asked).then().statusCode(200).body("status", equalTo("UP"));
    }
  }

  @Test
  void shouldCountRefusalsByTheirReason() {
    Registry registry = Registry.ofNewOrganisation(base);
    registry.enrol(registry.device(), "guessed", new byte[0]).then().statusCode(401);

    Registry.ofNewOrganisation(management.resolve("/"))
        .anonymous()
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .body(
            containsString(
                "pulsewarden_enrolments_total{outcome=\"refused\",reason=\"claim-unknown\"}"));
  }
}
