package io.pulsewarden.keys;

import static io.pulsewarden.keys.KeysClient.bySubject;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKey;
import io.pulsewarden.keys.subject.SubjectKeys;
import io.pulsewarden.keys.subject.SubjectKind;
import io.pulsewarden.keys.subject.WantedKey;
import io.pulsewarden.platform.ServiceTestBed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What of a key is in this service's memory after it was handed out, and after it was evicted: as
 * bytes. Its base64 in the answer is not looked for: this JVM is the client too, and the JDK's HTTP
 * client keeps what it read last, even when it is closed.
 */
@QuarkusTest
@QuarkusTestResource(KeyServers.class)
class KeysInMemoryIT {

  private static final int TODAY = 20780;

  @TestHTTPResource(value = "/v1/data-keys", tls = true)
  URI url;

  @Inject SubjectKeys keys;

  /** A base key that was handed out, masked. */
  @SuppressWarnings("ArrayRecordComponent") // A carrier to be taken apart; nobody compares two.
  private record HandedOut(UUID subjectKeyId, byte[] bytes) {}

  @Test
  void shouldHoldASubjectKeysBytesInTheLiveCacheAloneAndABaseKeysNowhere() throws Exception {
    Subject patient = new Subject(UUID.randomUUID(), SubjectKind.PATIENT, UUID.randomUUID());
    HandedOut handedOut = ask(patient);
    byte[] subjectKey = subjectKey(patient);

    assertThat(LiveHeap.count(subjectKey, handedOut.bytes())).containsExactly(1, 0);

    keys.forget(List.of(handedOut.subjectKeyId()));

    assertThat(LiveHeap.count(subjectKey)).containsExactly(0);
  }

  private HandedOut ask(Subject patient) throws Exception {
    try (KeysClient telemetry =
        new KeysClient(
            url,
            KeyServers.bed().serviceCa().certificate(),
            KeyServers.bed()
                .serviceCa()
                .issueService("telemetry-service", ServiceTestBed.TRUST_DOMAIN))) {
      JsonNode answer = telemetry.keys(List.of(bySubject(patient, "vitals", TODAY))).get(0);
      return new HandedOut(
          UUID.fromString(answer.path("subjectKeyId").asText()),
          LiveHeap.maskAndErase(Base64.getDecoder().decode(answer.path("key").asText())));
    }
  }

  private byte[] subjectKey(Subject patient) {
    WantedKey wanted = new WantedKey(patient, false);
    Map<WantedKey, SubjectKey> found =
        keys.current(Set.of(wanted), "the test").toCompletableFuture().join();
    SubjectKey.Live live = (SubjectKey.Live) Objects.requireNonNull(found.get(wanted));
    try (var bytes = live.bytes()) {
      return bytes.use(key -> LiveHeap.maskAndErase(key.clone()));
    }
  }
}
