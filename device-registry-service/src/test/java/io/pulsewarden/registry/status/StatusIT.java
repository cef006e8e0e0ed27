package io.pulsewarden.registry.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.pulsewarden.registry.testing.CertsOnlyAnswer;
import io.pulsewarden.registry.testing.Command;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificate status, as openssl asks and reads it. */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class StatusIT {

  private static final String OCSP_REQUEST = "application/ocsp-request";

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @TempDir Path folder;

  private Registry registry;
  private UUID device;
  private X509Certificate certificate;

  @BeforeEach
  void enrol() throws Exception {
    registry = Registry.ofNewOrganisation(base);
    device = registry.device();
    certificate =
        CertsOnlyAnswer.one(
            registry.enrol(device, registry.claim(device), Csr.fresh()).asByteArray());
    List<X509Certificate> cas =
        CertsOnlyAnswer.all(registry.anonymous().get("/.well-known/est/cacerts").asByteArray());
    StringBuilder all = new StringBuilder();
    for (X509Certificate ca : cas) {
      all.append(pem(ca));
      if (ca.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
        write("issuer.pem", pem(ca));
      }
    }
    write("cas.pem", all.toString());
    write("device.pem", pem(certificate));
  }

  @Test
  void shouldSayGoodWithTheNonceThatItWasAsked() throws IOException {
    Response answer = post(question(""));

    answer
        .then()
        .statusCode(200)
        .contentType("application/ocsp-response")
        .header("Cache-Control", "no-store");
    // openssl compares the nonce, and checks the delegated signer up to the root.
    assertThat(
            openssl(
                    "ocsp -issuer issuer.pem -cert device.pem -CAfile cas.pem"
                        + " -url https://localhost:"
                        + base.getPort()
                        + "/ocsp")
                .output())
        .contains("Response verify OK")
        .contains("device.pem: good")
        .doesNotContain("no nonce");
  }

  @Test
  void shouldDelegateToASignerThatNeedNotBeChecked() throws IOException {
    Response answer = post(question(""));
    write("answer.der", answer.asByteArray());

    Command text = openssl("ocsp -respin answer.der -noverify -resp_text");

    assertThat(text.output())
        .contains("OCSP Signing")
        .contains("OCSP No Check")
        .contains("Responder Id: ");
  }

  @Test
  void shouldSayRevokedAndWhySoonAfterTheCommit() throws IOException {
    byte[] plain = question("-no_nonce");
    assertThat(read(post(plain), "-no_nonce")).contains("device.pem: good");

    registry.revoke(device, "keyCompromise").then().statusCode(200);

    await()
        .untilAsserted(
            () ->
                assertThat(read(post(plain), "-no_nonce"))
                    .contains("device.pem: revoked")
                    .contains("Reason: keyCompromise"));
  }

  @Test
  void shouldHoldTheCertificateOfADeviceThatIsQuarantined() throws IOException {
    byte[] plain = question("-no_nonce");
    post(plain).then().statusCode(200);

    RegistryTestBed.execute("UPDATE device SET lifecycle = 'QUARANTINED' WHERE id = ?", device);

    await()
        .untilAsserted(
            () -> assertThat(read(post(plain), "-no_nonce")).contains("Reason: certificateHold"));
    assertThat(crl()).contains(serial()).contains("Certificate Hold");
    RegistryTestBed.execute("UPDATE device SET lifecycle = 'ENROLLED' WHERE id = ?", device);
    await()
        .untilAsserted(
            () -> assertThat(read(post(plain), "-no_nonce")).contains("device.pem: good"));
    assertThat(crl()).doesNotContain(serial());
  }

  /** Not since the last change: nothing that changes while it lasts moves it. */
  @Test
  void shouldSayHeldSinceTheHoldBegan() throws IOException {
    registry.transition(device, "quarantine", "investigation").then().statusCode(200);
    String since = heldSince();
    RegistryTestBed.execute(
        "UPDATE device SET changed_at = changed_at + interval '1 hour' WHERE id = ?", device);

    registry.transition(device, "report-lost", "stolen").then().statusCode(200);

    assertThat(heldSince()).isEqualTo(since);
    assertThat(crl()).contains(serial()).contains("Revocation Date: " + since);
    registry.transition(device, "find", null).then().statusCode(200);
    assertThat(heldSince()).isEqualTo(since);
    registry.transition(device, "release", "investigated").then().statusCode(200);
    assertThat(read(post(question("")), "-no_nonce")).contains("device.pem: good");

    RegistryTestBed.execute(
        "UPDATE device SET lifecycle = 'QUARANTINED', changed_at = changed_at + interval '2 hours'"
            + " WHERE id = ?",
        device);
    assertThat(heldSince()).isNotEqualTo(since);
  }

  /** A revoked certificate keeps its own time and reason, whatever becomes of its device. */
  @Test
  void shouldSayRevokedSinceTheRevocation() throws IOException {
    registry.revoke(device, "keyCompromise").then().statusCode(200);
    String revoked = revocationTime(read(post(question("")), "-no_nonce"));
    RegistryTestBed.execute(
        "UPDATE device SET changed_at = changed_at + interval '1 hour',"
            + " held_since = held_since + interval '1 hour' WHERE id = ?",
        device);

    String answer = read(post(question("")), "-no_nonce");

    assertThat(answer).contains("Reason: keyCompromise");
    assertThat(revocationTime(answer)).isEqualTo(revoked);
  }

  /** Asked with a nonce, so that no kept answer is given. */
  private String heldSince() throws IOException {
    String answer = read(post(question("")), "-no_nonce");
    assertThat(answer).contains("Reason: certificateHold");
    return revocationTime(answer);
  }

  private static String revocationTime(String answer) {
    return answer
        .lines()
        .filter(line -> line.contains("Revocation Time: "))
        .map(line -> line.substring(line.indexOf(':') + 2))
        .findAny()
        .orElseThrow();
  }

  @Test
  void shouldAnswerByGetWithHeadersForCachesAndTheSameBytesAgain() throws IOException {
    byte[] plain = question("-no_nonce");
    String path =
        "/ocsp/"
            + Base64.getEncoder()
                .encodeToString(plain)
                .replace("+", "%2B")
                .replace("/", "%2F")
                .replace("=", "%3D");

    Response first = get(path);

    first
        .then()
        .statusCode(200)
        .header("Cache-Control", containsString("max-age="))
        .header("Cache-Control", containsString("must-revalidate"));
    assertThat(first.header("Expires")).isNotNull();
    assertThat(first.header("Last-Modified")).isNotNull();
    assertThat(read(first, "-no_nonce")).contains("device.pem: good");
    // What changes of any certificate ends what is kept of all.
    await()
        .untilAsserted(
            () -> assertThat(get(path).asByteArray()).isEqualTo(get(path).asByteArray()));
  }

  /** The CA's key may have been used behind the registry's back. */
  @Test
  void shouldSayRevokedOfASerialNumberThatWasNeverRecorded() throws IOException {
    openssl("ocsp -issuer issuer.pem -serial 0x1234567890abcdef -no_nonce -reqout question.der");
    Response answer = post(Files.readAllBytes(folder.resolve("question.der")));
    write("answer.der", answer.asByteArray());

    Command read =
        openssl(
            "ocsp -issuer issuer.pem -serial 0x1234567890abcdef -respin answer.der"
                + " -CAfile cas.pem");

    assertThat(read.output()).contains("Response verify OK").contains(": revoked");
    answer.then().header("Cache-Control", "no-store");
  }

  @Test
  void shouldAnswerOthersCertificatesWithUnauthorized() throws IOException {
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout other.key"
            + " -subj /CN=other -out other.pem");
    openssl("ocsp -issuer other.pem -serial 1 -no_nonce -reqout question.der");

    write("answer.der", post(Files.readAllBytes(folder.resolve("question.der"))).asByteArray());

    assertThat(openssl("ocsp -respin answer.der -noverify").output())
        .contains("Responder Error: unauthorized");
  }

  @Test
  void shouldAnswerNonsenseWithMalformedRequest() throws IOException {
    for (byte[] nonsense :
        List.of(new byte[0], new byte[] {0x30}, "what?".getBytes(StandardCharsets.US_ASCII))) {
      write("answer.der", post(nonsense).asByteArray());
      assertThat(openssl("ocsp -respin answer.der -noverify").output())
          .contains("Responder Error: malformedrequest");
    }
    get("/ocsp/not%20base64!").then().statusCode(200);
    get("/crl/" + "0".repeat(64) + ".crl")
        .then()
        .statusCode(404)
        .body("code", equalTo("not-found"));
  }

  @Test
  void shouldListWhatIsRevokedSoThatOpensslRefusesIt() throws IOException {
    assertThat(crl())
        .contains("X509v3 CRL Number")
        .contains("X509v3 Issuing Distribution Point: critical")
        .contains("Only User Certificates")
        .doesNotContain(serial());
    assertThat(verify().output()).contains("device.pem: OK");

    registry.revoke(device, "cessationOfOperation").then().statusCode(200);

    await().untilAsserted(() -> assertThat(crl()).contains(serial()));
    assertThat(crl()).contains("Cessation Of Operation");
    assertThat(verify().output()).contains("certificate revoked");
  }

  @Test
  void shouldNumberListsUpwards() throws Exception {
    long before = number();
    registry.revoke(device, "keyCompromise").then().statusCode(200);
    await().untilAsserted(() -> assertThat(crl()).contains(serial()));

    assertThat(number()).isGreaterThan(before);
  }

  private long number() throws Exception {
    byte[] value =
        ((java.security.cert.X509CRL)
                java.security.cert.CertificateFactory.getInstance("X.509")
                    .generateCRL(get(crlPath()).asInputStream()))
            .getExtensionValue(Extension.cRLNumber.getId());
    return org.bouncycastle.asn1.ASN1Integer.getInstance(
            ASN1OctetString.getInstance(value).getOctets())
        .longValueExact();
  }

  private Command verify() {
    return openssl("verify -x509_strict -crl_check -CRLfile list.pem -CAfile cas.pem device.pem");
  }

  /** The list as openssl prints it, its signature checked. */
  private String crl() throws IOException {
    Response answer = get(crlPath());
    answer.then().statusCode(200).contentType("application/pkix-crl");
    write("list.der", answer.asByteArray());
    openssl("crl -inform DER -in list.der -out list.pem");
    Command text = openssl("crl -in list.pem -CAfile cas.pem -text -noout");
    assertThat(text.status()).as(text.output()).isZero();
    assertThat(text.output()).contains("verify OK");
    return text.output();
  }

  private String crlPath() throws IOException {
    try {
      X509Certificate issuer =
          CertsOnlyAnswer.all(registry.anonymous().get("/.well-known/est/cacerts").asByteArray())
              .stream()
              .filter(
                  ca -> ca.getSubjectX500Principal().equals(certificate.getIssuerX500Principal()))
              .findFirst()
              .orElseThrow();
      return "/crl/"
          + HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-256").digest(issuer.getPublicKey().getEncoded()))
          + ".crl";
    } catch (java.security.NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private String serial() {
    String hex = certificate.getSerialNumber().toString(16).toUpperCase(java.util.Locale.ROOT);
    return hex.length() % 2 == 0 ? hex : "0" + hex;
  }

  private byte[] question(String options) throws IOException {
    Command made =
        openssl("ocsp -issuer issuer.pem -cert device.pem " + options + " -reqout question.der");
    assertThat(made.status()).as(made.output()).isZero();
    return Files.readAllBytes(folder.resolve("question.der"));
  }

  private Response post(byte[] question) {
    return registry.anonymous().contentType(OCSP_REQUEST).body(question).post("/ocsp");
  }

  private Response get(String path) {
    return registry.anonymous().urlEncodingEnabled(false).get(path);
  }

  private String read(Response answer, String options) throws IOException {
    write("answer.der", answer.asByteArray());
    return openssl(
            "ocsp -issuer issuer.pem -cert device.pem "
                + options
                + " -reqin question.der -respin answer.der -CAfile cas.pem")
        .output();
  }

  private Command openssl(String options) {
    return Command.run(folder, ("openssl " + options).trim().split(" +"));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
  }

  private static String pem(X509Certificate certificate) {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (java.security.cert.CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
