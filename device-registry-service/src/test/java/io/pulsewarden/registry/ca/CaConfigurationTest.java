package io.pulsewarden.registry.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaConfigurationTest {

  private static final String PASSPHRASE = "correct horse battery staple";

  @TempDir Path folder;

  @Test
  void shouldRefuseTheEmbeddedAuthorityInProductionUnlessTheRiskIsAccepted() throws IOException {
    Map<String, String> embedded = embedded();

    assertThatThrownBy(() -> open(embedded, true))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("pulsewarden.ca.accept-risk=true");
    assertThat(folder.resolve("ca")).doesNotExist();

    TestCaFolder.make(folder.resolve("ca"), PASSPHRASE);
    embedded.put("pulsewarden.ca.accept-risk", "true");
    assertThat(open(embedded, true).issuers()).hasSize(1);
  }

  @Test
  void shouldTakeTheEmbeddedAuthorityElsewhere() throws IOException {
    assertThat(open(embedded(), false).trustChain()).hasSize(2);
    // As the page says, whatever tests of other things make.
    for (String name : List.of("root.key", "issuing.key")) {
      assertThat(iterations(folder.resolve("ca").resolve(name))).isEqualTo(600_000);
    }
  }

  private static int iterations(Path file) throws IOException {
    try (PEMParser pem = new PEMParser(Files.newBufferedReader(file))) {
      PKCS8EncryptedPrivateKeyInfo encrypted = (PKCS8EncryptedPrivateKeyInfo) pem.readObject();
      PBES2Parameters scheme =
          PBES2Parameters.getInstance(encrypted.getEncryptionAlgorithm().getParameters());
      return PBKDF2Params.getInstance(scheme.getKeyDerivationFunc().getParameters())
          .getIterationCount()
          .intValueExact();
    }
  }

  @Test
  void shouldStopWithOneLineThatSaysWhyNot() throws IOException {
    Map<String, String> lacking = embedded();
    lacking.remove("pulsewarden.ca.passphrase-file");
    assertThatThrownBy(() -> open(lacking, false))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("pulsewarden.ca.passphrase-file is not set");

    Map<String, String> unknown = embedded();
    unknown.put("pulsewarden.ca.authority", "paper");
    assertThatThrownBy(() -> open(unknown, false))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("embedded or vault");

    Map<String, String> away = new HashMap<>(Map.of("pulsewarden.ca.authority", "vault"));
    assertThatThrownBy(() -> open(away, true))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("Vault answered 503: sealed");
  }

  private Map<String, String> embedded() throws IOException {
    Path passphrase = folder.resolve("passphrase");
    Files.writeString(passphrase, PASSPHRASE + "\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    Map<String, String> settings = new HashMap<>();
    settings.put("pulsewarden.ca.dir", folder.resolve("ca").toString());
    settings.put("pulsewarden.ca.passphrase-file", passphrase.toString());
    return settings;
  }

  private static CertificateAuthority open(Map<String, String> values, boolean production) {
    CaSettings settings =
        new SmallRyeConfigBuilder()
            .withMapping(CaSettings.class)
            .withDefaultValues(values)
            .build()
            .getConfigMapping(CaSettings.class);
    return CaConfiguration.open(
        settings,
        profile -> {
          throw new CertificateAuthorityException(
              AuthorityFailure.SEALED, "Vault answered 503: sealed", null);
        },
        new StatusLocations(Optional.empty()),
        new AnnouncedIssuers(Duration.ZERO, Clock.systemUTC()),
        Clock.systemUTC(),
        production);
  }
}
