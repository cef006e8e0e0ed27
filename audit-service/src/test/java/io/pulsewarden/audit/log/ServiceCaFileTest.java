package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.certificates.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceCaFileTest {

  private final LocalCa one = LocalCa.create("services");
  private final LocalCa two = LocalCa.create("services");
  @TempDir private Path folder;

  @Test
  void shouldKnowAllThatEverStoodInTheFile() throws Exception {
    // Given
    Path pem = folder.resolve("service-ca.crt");
    Pem.writeCertificates(pem, List.of(one.certificate()));
    ServiceCaFile file = new ServiceCaFile(pem);
    assertThat(file.get()).containsExactly(one.certificate());

    // When another is added, the first is taken out, and the file is cut
    Pem.writeCertificates(pem, List.of(one.certificate(), two.certificate()));
    assertThat(file.get()).containsExactlyInAnyOrder(one.certificate(), two.certificate());
    Pem.writeCertificates(pem, List.of(two.certificate()));
    assertThat(file.get()).hasSize(2);
    Files.writeString(pem, "-----BEGIN CERTIFICATE-----\nMII");
    assertThat(file.get()).hasSize(2);
    Files.delete(pem);
    assertThat(file.get()).hasSize(2);

    // Then a process that begins knows what stands there alone
    Pem.writeCertificates(pem, List.of(two.certificate()));
    assertThat(new ServiceCaFile(pem).get()).containsExactly(two.certificate());
    assertThat(file.get()).hasSize(2);
  }

  @Test
  void shouldNotBeginWithoutACa() throws Exception {
    Path pem = Files.createFile(folder.resolve("empty"));

    assertThatThrownBy(() -> new ServiceCaFile(pem)).isInstanceOf(GeneralSecurityException.class);
  }
}
