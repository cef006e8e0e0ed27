package io.pulsewarden.registry.est;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.registry.testing.Csr;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.UUID;
import org.bouncycastle.cert.X509CertificateHolder;
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

    assertThat(cas).hasSize(3);
    X509CertificateHolder certificate = ESTService.storeToArray(answer.getStore())[0];
    assertThat(certificate.getSubject().toString())
        .isEqualTo("O=" + registry.organisation() + ",CN=" + device);
  }
}
