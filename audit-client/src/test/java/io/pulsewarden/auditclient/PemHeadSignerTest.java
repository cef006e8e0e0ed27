package io.pulsewarden.auditclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.platform.certificates.LocalCa;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemHeadSignerTest {

  private static final byte[] MESSAGE = "head".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;
  private final LocalCa ca = LocalCa.create("services");
  private Path certificate = Path.of("");
  private Path key = Path.of("");

  @BeforeEach
  void issue() throws Exception {
    ca.issueService("telemetry-service", "pulsewarden.local").writePem(folder, "service");
    certificate = folder.resolve("service.crt");
    key = folder.resolve("service.key");
  }

  @Test
  void shouldSignWithTheKeyOfTheCertificateThatItShows() throws Exception {
    HeadSigner.HeadSignature head = HeadSigner.fromPem(certificate, key).sign(MESSAGE);

    X509Certificate shown = parse(head.chain().getFirst().toByteArray());
    shown.verify(ca.certificate().getPublicKey());
    Signature verifier = Signature.getInstance("SHA256withECDSA");
    verifier.initVerify(shown.getPublicKey());
    verifier.update(MESSAGE);
    assertThat(verifier.verify(head.signature().toByteArray())).isTrue();
  }

  @Test
  void shouldTakeOverARenewedPairAndNoHalfOfOne() throws Exception {
    // Given
    HeadSigner signer = HeadSigner.fromPem(certificate, key);
    var first = signer.sign(MESSAGE).fingerprint();
    Path renewed = folder.resolve("renewed");
    Files.createDirectories(renewed);
    ca.issueService("telemetry-service", "pulsewarden.local").writePem(renewed, "service");

    // When only the certificate was replaced, the old pair signs on
    replace(renewed.resolve("service.crt"), certificate);
    assertThat(signer.sign(MESSAGE).fingerprint()).isEqualTo(first);

    // And when both were, the new one does
    replace(renewed.resolve("service.key"), key);
    assertThat(signer.sign(MESSAGE).fingerprint()).isNotEqualTo(first);
  }

  @Test
  void shouldRefuseToBeginWithFilesThatDoNotBelongTogether() throws Exception {
    Path other = folder.resolve("other");
    Files.createDirectories(other);
    ca.issueService("telemetry-service", "pulsewarden.local").writePem(other, "service");

    assertThatThrownBy(() -> HeadSigner.fromPem(certificate, other.resolve("service.key")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> HeadSigner.fromPem(certificate, folder.resolve("missing")))
        .isInstanceOf(IllegalStateException.class);
  }

  private static void replace(Path source, Path target) throws Exception {
    Files.write(target, Files.readAllBytes(source));
    FileTime before = Files.getLastModifiedTime(target);
    Files.setLastModifiedTime(target, FileTime.fromMillis(before.toMillis() + 1000));
  }

  private static X509Certificate parse(byte[] der) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }
}
