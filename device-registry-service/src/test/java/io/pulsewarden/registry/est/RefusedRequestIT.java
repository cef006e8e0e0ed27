package io.pulsewarden.registry.est;

import static org.hamcrest.Matchers.equalTo;

import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that break a rule: each has its name, and the claim is as it was. */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class RefusedRequestIT {

  private static final String PROBLEM = "application/problem+json";

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  private Registry registry;
  private UUID device;

  @BeforeEach
  void setUp() {
    registry = Registry.ofNewOrganisation(base);
    device = registry.device();
  }

  @Test
  void shouldRefuseARequestThatNamesAnotherDevice() {
    UUID other = registry.device();
    String claim = registry.claim(device);

    for (Csr csr :
        List.of(
            Csr.naming("CN=" + other),
            Csr.naming("O=x,CN=" + device + ",CN=" + other),
            Csr.of(Csr.ec("secp256r1"))
                .extension(
                    Extension.subjectAlternativeName,
                    new GeneralNames(
                        new GeneralName(
                            GeneralName.uniformResourceIdentifier, "URN:UUID:" + other))))) {
      registry
          .enrol(device, claim, csr.base64())
          .then()
          .statusCode(400)
          .contentType(PROBLEM)
          .body("code", equalTo("csr-names-another-device"));
    }

    registry.enrol(device, claim, Csr.naming("CN=" + device).base64()).then().statusCode(200);
  }

  @Test
  void shouldLeaveTheClaimAsItWasAfterARefusedRequest() {
    String claim = registry.claim(device);
    byte[] weak = Csr.of(Csr.generate("RSA", 1024)).base64();

    registry
        .enrol(device, claim, weak)
        .then()
        .statusCode(400)
        .contentType(PROBLEM)
        .body("code", equalTo("csr-rsa-key-too-small"));

    registry.enrol(device, claim, Csr.fresh()).then().statusCode(200);
  }

  @Test
  void shouldNameWhatIsWrongWithABrokenRequest() {
    String claim = registry.claim(device);
    byte[] good = Csr.of(Csr.ec("secp256r1")).der();

    malformed(claim, "", "csr-malformed");
    malformed(claim, "not base64!", "csr-not-base64");
    malformed(claim, "AAAA", "csr-malformed");
    malformed(
        claim,
        new String(Csr.base64(Arrays.copyOf(good, good.length / 2)), StandardCharsets.US_ASCII),
        "csr-malformed");
    registry
        .enrol(device, claim, new byte[20_000])
        .then()
        .statusCode(413)
        .contentType(PROBLEM)
        .body("code", equalTo("csr-too-large"));
    registry.enrolIfAsked(device, claim, new byte[100_000]).then().statusCode(413);
    registry.enrol(device, claim, Csr.base64(good)).then().statusCode(200);
  }

  private void malformed(String claim, String body, String code) {
    registry
        .enrol(device, claim, body.getBytes(StandardCharsets.US_ASCII))
        .then()
        .statusCode(400)
        .contentType(PROBLEM)
        .body("code", equalTo(code));
  }

  @Test
  void shouldTakeNoOtherMediaType() {
    registry
        .anonymous()
        .auth()
        .preemptive()
        .basic(device.toString(), registry.claim(device))
        .contentType("text/plain")
        .body(Csr.fresh())
        .post("/.well-known/est/simpleenroll")
        .then()
        .statusCode(415);
  }

  @Test
  void shouldRefuseTheKeyOfAnotherDevice() {
    KeyPair keys = Csr.ec("secp256r1");
    UUID other = registry.device();
    registry.enrol(other, registry.claim(other), Csr.of(keys).base64()).then().statusCode(200);

    registry
        .enrol(device, registry.claim(device), Csr.of(keys).base64())
        .then()
        .statusCode(409)
        .contentType(PROBLEM)
        .body("code", equalTo("csr-key-in-use"));
  }
}
