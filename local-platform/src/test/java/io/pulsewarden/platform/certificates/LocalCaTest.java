package io.pulsewarden.platform.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCaTest {

  private static final int URI = 6;

  @TempDir Path folder;

  @Test
  void shouldNameAServiceInSubjectAndSpiffeId() throws Exception {
    LocalCa ca = LocalCa.create("services");

    X509Certificate leaf = ca.issueService("telemetry-service", "pulsewarden.local").leaf();

    leaf.verify(ca.certificate().getPublicKey());
    assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=telemetry-service");
    assertThat(leaf.getSubjectAlternativeNames())
        .contains(List.of(URI, "spiffe://pulsewarden.local/service/telemetry-service"));
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getPublicKey().getAlgorithm()).isEqualTo("EC");
  }

  @Test
  void shouldIssueEdgeCertificatesForServersAlone() throws Exception {
    X509Certificate leaf = LocalCa.create("edge").issueEdge("audit-service").leaf();

    assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(leaf.getSubjectAlternativeNames()).noneMatch(name -> name.getFirst().equals(URI));
  }

  @Test
  void shouldWriteKeysThatOnlyTheOwnerReads() throws Exception {
    IssuedCertificate issued = LocalCa.create("edge").issueEdge("audit-service");

    issued.writePem(folder, "edge");

    assertThat(Pem.readCertificates(folder.resolve("edge.crt"))).isEqualTo(issued.chain());
    assertThat(Pem.readPrivateKey(folder.resolve("edge.key"))).isEqualTo(issued.privateKey());
    for (String name : List.of("edge.key", "edge.pem")) {
      assertThat(Files.getPosixFilePermissions(folder.resolve(name)))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void shouldBeTheSameCaWhenOpenedAgain() throws Exception {
    LocalCa first = LocalCa.openOrCreate(folder.resolve("ca"), "services");

    LocalCa again = LocalCa.openOrCreate(folder.resolve("ca"), "services");

    assertThat(again.certificate()).isEqualTo(first.certificate());
    again.issueEdge("x").leaf().verify(first.certificate().getPublicKey());
  }

  @Test
  void shouldStartAnewWhenTheFirstStartWasCutOff() throws Exception {
    Path ca = Files.createDirectories(folder.resolve("ca"));
    Files.writeString(ca.resolve("ca.key"), "half");

    LocalCa opened = LocalCa.openOrCreate(ca, "services");

    opened.issueEdge("x").leaf().verify(opened.certificate().getPublicKey());
  }
}
