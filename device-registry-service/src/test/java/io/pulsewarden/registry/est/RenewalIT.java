package io.pulsewarden.registry.est;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.registry.testing.CertsOnlyAnswer;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.DeviceClient;
import io.pulsewarden.registry.testing.HomeMade;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.TopicReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class RenewalIT {

  private final Instant now = Clock.systemUTC().instant();

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  private Registry registry;
  private UUID device;
  private KeyPair keys;
  private X509Certificate certificate;
  private DeviceClient client;

  @BeforeEach
  void enrol() {
    registry = Registry.ofNewOrganisation(base);
    device = registry.device();
    keys = Csr.ec("secp256r1");
    certificate =
        CertsOnlyAnswer.one(
            registry.enrol(device, registry.claim(device), Csr.of(keys).base64()).asByteArray());
    client = DeviceClient.showing(base, keys, certificate);
  }

  @Test
  void shouldRenewAndLeaveBothInUse() {
    HttpResponse<byte[]> answer = client.renew(Csr.renewing(certificate).base64());

    assertThat(answer.statusCode()).isEqualTo(200);
    X509Certificate next = CertsOnlyAnswer.one(answer.body());
    assertThat(CertsOnlyAnswer.names(next, device, registry.organisation())).isTrue();
    assertThat(next.getPublicKey()).isNotEqualTo(certificate.getPublicKey());
    try (TopicReader feed = TopicReader.ofDeviceStates();
        TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(feed.states(device))
                      .last()
                      .satisfies(state -> assertThat(state.getCredentialsCount()).isEqualTo(2)));
      await()
          .untilAsserted(
              () ->
                  assertThat(log.events(AuditAction.AUDIT_ACTION_CERTIFICATE_RENEWED, device))
                      .singleElement()
                      .satisfies(event -> assertThat(event.getReasonCode()).isEmpty()));
    }
  }

  @Test
  void shouldRenewAgainWhenTheAnswerWasLostAndEndTheOneThatNobodyHas() {
    assertThat(client.renew(Csr.renewing(certificate).base64()).statusCode()).isEqualTo(200);

    assertThat(client.renew(Csr.renewing(certificate).base64()).statusCode()).isEqualTo(200);

    registry
        .admin()
        .get("/v1/devices/" + device)
        .then()
        .body("certificates.size()", org.hamcrest.Matchers.equalTo(3))
        .body("certificates[0].revokedAt", org.hamcrest.Matchers.nullValue())
        .body("certificates[1].revocationReason", org.hamcrest.Matchers.equalTo("superseded"))
        .body("certificates[2].revokedAt", org.hamcrest.Matchers.nullValue());
  }

  @Test
  void shouldRenewWithTheSameKey() {
    assertThat(client.renew(Csr.renewing(certificate, keys).base64()).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldRefuseWhoShowsNoCertificate() {
    registry
        .anonymous()
        .contentType("application/pkcs10")
        .body(Csr.renewing(certificate).base64())
        .post("/.well-known/est/simplereenroll")
        .then()
        .statusCode(403)
        .body("code", org.hamcrest.Matchers.equalTo("certificate-missing"));
  }

  @Test
  void shouldRefuseACertificateThatTheRegistryDidNotRecord() {
    HomeMade forged =
        HomeMade.device(
            device, registry.organisation(), now.minusSeconds(60), now.plusSeconds(3600));

    refused(
        showing(forged).renew(Csr.renewing(forged.certificate()).base64()),
        403,
        "certificate-unknown");
  }

  @Test
  void shouldRefuseARevokedCertificateAndADeviceThatIsCutOff() {
    registry.enrol(device, registry.claim(device), Csr.fresh()).then().statusCode(200);
    refused(client.renew(Csr.renewing(certificate).base64()), 403, "certificate-revoked");

    registry.revoke(device, "keyCompromise").then().statusCode(200);
    refused(client.renew(Csr.renewing(certificate).base64()), 403, "certificate-revoked");
  }

  @Test
  void shouldRefuseToRenewAnotherDevicesNames() {
    UUID other = registry.device();
    X509Certificate others =
        CertsOnlyAnswer.one(
            registry.enrol(other, registry.claim(other), Csr.fresh()).asByteArray());

    refused(client.renew(Csr.renewing(others).base64()), 400, "csr-subject-differs");
    refused(
        client.renew(Csr.naming("O=" + registry.organisation() + ",CN=" + device).base64()),
        400,
        "csr-san-differs");
  }

  @Test
  void shouldRefuseAnotherDevicesCertificateAndKey() {
    UUID other = registry.device();
    KeyPair othersKeys = Csr.ec("secp256r1");
    X509Certificate others =
        CertsOnlyAnswer.one(
            registry
                .enrol(other, registry.claim(other), Csr.of(othersKeys).base64())
                .asByteArray());
    DeviceClient otherClient = DeviceClient.showing(base, othersKeys, others);

    refused(otherClient.renew(Csr.renewing(certificate).base64()), 400, "csr-subject-differs");
    refused(client.renew(Csr.renewing(certificate, othersKeys).base64()), 409, "csr-key-in-use");
  }

  @Test
  void shouldRenewLateWithTheNewestCertificateAndAuditThat() {
    HomeMade expired = recorded(now.minus(Duration.ofDays(80)), now.plus(Duration.ofDays(1)));

    HttpResponse<byte[]> answer = showing(expired).renew(renewing(expired));

    assertThat(answer.statusCode()).isEqualTo(200);
    try (TopicReader log = TopicReader.ofAudit()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(log.events(AuditAction.AUDIT_ACTION_CERTIFICATE_RENEWED, device))
                      .singleElement()
                      .satisfies(event -> assertThat(event.getReasonCode()).isEqualTo("expired")));
    }
  }

  @Test
  void shouldRefuseAnExpiredCertificateThatIsTooOldOrNotTheNewest() {
    HomeMade older = recorded(now.minus(Duration.ofDays(80)), now.minus(Duration.ofDays(170)));
    HomeMade tooOld = recorded(now.minus(Duration.ofDays(91)), now.plus(Duration.ofDays(1)));

    refused(showing(older).renew(renewing(older)), 403, "certificate-not-newest");
    refused(showing(tooOld).renew(renewing(tooOld)), 403, "certificate-expired");
  }

  @Test
  void shouldOpenNothingElseWithACertificate() {
    assertThat(client.get("/v1/devices/" + device).statusCode()).isEqualTo(401);
    assertThat(client.post("/v1/devices/" + device + "/claims", new byte[0]).statusCode())
        .isIn(401, 415);
    assertThat(client.get("/.well-known/est/cacerts").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldRecordEveryRenewalOfManyAtOnceAndLeaveTwoCertificates() throws Exception {
    List<Callable<Integer>> attempts =
        IntStream.range(0, 6)
            .mapToObj(
                i ->
                    (Callable<Integer>)
                        () -> client.renew(Csr.renewing(certificate).base64()).statusCode())
            .toList();

    List<Integer> statuses;
    try (ExecutorService threads = Executors.newFixedThreadPool(attempts.size())) {
      statuses = threads.invokeAll(attempts).stream().map(Future::resultNow).toList();
    }

    assertThat(statuses).containsOnly(200);
    try (TopicReader feed = TopicReader.ofDeviceStates()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(feed.states(device))
                      .last()
                      .satisfies(state -> assertThat(state.getVersion()).isEqualTo(8)));
      assertThat(feed.states(device).getLast().getCredentialsCount()).isEqualTo(2);
    }
  }

  @Test
  void shouldTakeTheChallengeOfThisConnectionAndNoOther() throws Exception {
    SSLContext tls = DeviceClient.tls(keys, certificate);
    try (SSLSocket socket = connect(tls);
        SSLSocket another = connect(tls)) {
      assertThat(post(another, challenging(binding(socket))))
          .startsWith("HTTP/1.1 400")
          .contains("csr-challenge-not-of-this-session");
      assertThat(post(socket, challenging(binding(socket)))).startsWith("HTTP/1.1 200");
    }
  }

  private SSLSocket connect(SSLContext tls) throws IOException {
    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", base.getPort());
    socket.startHandshake();
    return socket;
  }

  private static String binding(SSLSocket socket) throws IOException {
    ExtendedSSLSession session = (ExtendedSSLSession) socket.getSession();
    return Base64.getEncoder()
        .encodeToString(
            session.exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32));
  }

  private byte[] challenging(String binding) {
    return Csr.renewing(certificate)
        .attribute(PKCSObjectIdentifiers.pkcs_9_at_challengePassword, new DERUTF8String(binding))
        .base64();
  }

  private static String post(SSLSocket socket, byte[] request) throws IOException {
    String head =
        "POST /.well-known/est/simplereenroll HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/pkcs10\r\nConnection: close\r\nContent-Length: "
            + request.length
            + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(request);
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private DeviceClient showing(HomeMade shown) {
    return DeviceClient.showing(base, shown.keys(), shown.certificate());
  }

  private static byte[] renewing(HomeMade shown) {
    return Csr.renewing(shown.certificate()).base64();
  }

  /** A certificate of the device that ended at some time, as if it had been issued long ago. */
  private HomeMade recorded(Instant ended, Instant issued) {
    HomeMade made =
        HomeMade.device(device, registry.organisation(), ended.minus(Duration.ofDays(90)), ended);
    RegistryTestBed.execute(
        "INSERT INTO certificate (fingerprint, device_id, serial_number, key_hash, der, not_before,"
            + " not_after, issued_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        made.fingerprint(),
        device,
        made.certificate().getSerialNumber().toString(16),
        made.fingerprint(),
        new byte[] {0x30, 0},
        made.certificate().getNotBefore().toInstant(),
        made.certificate().getNotAfter().toInstant(),
        issued);
    return made;
  }

  private static void refused(HttpResponse<byte[]> answer, int status, String code) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("\"" + code + "\"");
  }
}
