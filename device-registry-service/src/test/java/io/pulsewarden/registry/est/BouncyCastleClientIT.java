package io.pulsewarden.registry.est;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.registry.testing.CertsOnlyAnswer;
import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.DeviceClient;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.UUID;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.est.CSRRequestResponse;
import org.bouncycastle.est.ESTAuth;
import org.bouncycastle.est.ESTService;
import org.bouncycastle.est.EnrollmentResponse;
import org.bouncycastle.est.jcajce.JcaHttpAuthBuilder;
import org.bouncycastle.est.jcajce.JsseESTServiceBuilder;
import org.junit.jupiter.api.Test;

/** An EST client that others wrote. */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class BouncyCastleClientIT {

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  @Test
  void shouldEnrolBouncyCastlesClient() throws Exception {
    Registry registry = Registry.ofNewOrganisation(base);
    UUID device = registry.device();
    ESTService client =
        new JsseESTServiceBuilder("localhost", base.getPort(), Registry.trustManager()).build();

    var cas = ESTService.storeToArray(client.getCACerts().getCertificateStore());
    EnrollmentResponse answer =
        client.simpleEnroll(
            false,
            Csr.of(Csr.ec("secp256r1")).request(),
            new JcaHttpAuthBuilder(null, device.toString(), registry.claim(device).toCharArray())
                .build());

    assertThat(cas).hasSizeGreaterThanOrEqualTo(3);
    X509CertificateHolder certificate = ESTService.storeToArray(answer.getStore())[0];
    assertThat(certificate.getSubject().toString())
        .isEqualTo("O=" + registry.organisation() + ",CN=" + device);
  }

  @Test
  void shouldRenewBouncyCastlesClient() throws Exception {
    Registry registry = Registry.ofNewOrganisation(base);
    UUID device = registry.device();
    KeyPair keys = Csr.ec("secp256r1");
    X509Certificate first =
        CertsOnlyAnswer.one(
            registry.enrol(device, registry.claim(device), Csr.of(keys).base64()).asByteArray());
    ESTService client =
        new JsseESTServiceBuilder("localhost", base.getPort(), Registry.trustManager())
            .withKeyManager(DeviceClient.keyManager(keys, first))
            .build();

    CSRRequestResponse hints = client.getCSRAttributes();
    EnrollmentResponse answer =
        client.simpleEnroll(true, Csr.renewing(first).request(), (ESTAuth) null);

    assertThat(hints.getAttributesResponse().hasRequirement(X9ObjectIdentifiers.id_ecPublicKey))
        .isTrue();
    X509CertificateHolder next = ESTService.storeToArray(answer.getStore())[0];
    assertThat(next.getSubject()).isEqualTo(new JcaX509CertificateHolder(first).getSubject());
    assertThat(next.getSerialNumber()).isNotEqualTo(first.getSerialNumber());
  }
}
