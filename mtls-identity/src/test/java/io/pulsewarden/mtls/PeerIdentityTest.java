package io.pulsewarden.mtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

class PeerIdentityTest {

  private static final String DOMAIN = "pulsewarden.local";
  private static final String SERVICE = "spiffe://pulsewarden.local/service/telemetry-service";

  @Test
  void shouldKnowAServiceByItsOnlyUriWhateverElseTheCertificateNames() throws Exception {
    X509Certificate certificate =
        certificate(uri(SERVICE), new GeneralName(GeneralName.dNSName, "localhost"));
    assertThat(PeerIdentity.of(certificate, DOMAIN))
        .isEqualTo(new PeerIdentity.Service(new SpiffeId(DOMAIN, "telemetry-service")));
  }

  @Test
  void shouldRefuseByName() throws Exception {
    assertThat(refusal()).isEqualTo("no-uri-san");
    assertThat(refusal(new GeneralName(GeneralName.dNSName, "telemetry-service")))
        .isEqualTo("no-uri-san");
    assertThat(refusal(uri(SERVICE), uri("spiffe://pulsewarden.local/service/audit-service")))
        .isEqualTo("several-uri-sans");
    assertThat(refusal(uri(SERVICE), uri(SERVICE))).isEqualTo("several-uri-sans");
    assertThat(refusal(uri("spiffe://elsewhere.local/service/telemetry-service")))
        .isEqualTo("foreign-trust-domain");
    assertThat(refusal(uri("urn:uuid:01234567-89ab-4def-8123-456789abcdef")))
        .isEqualTo("not-a-spiffe-id");
  }

  private static String refusal(GeneralName... names) throws Exception {
    return switch (PeerIdentity.of(certificate(names), DOMAIN)) {
      case PeerIdentity.Refused(String reasonCode) -> reasonCode;
      case PeerIdentity.Service service -> "accepted " + service.id();
    };
  }

  private static GeneralName uri(String text) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, text);
  }

  /** The CN says what a service's would: it must not count. */
  private static X509Certificate certificate(GeneralName... names) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair keys = generator.generateKeyPair();
    X500Name subject = new X500Name("CN=telemetry-service");
    Instant from = Instant.parse("2026-11-23T00:00:00Z");
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            subject,
            BigInteger.ONE,
            Date.from(from),
            Date.from(from.plusSeconds(3600)),
            subject,
            keys.getPublic());
    if (names.length > 0) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(Arrays.copyOf(names, names.length)));
    }
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
  }
}
