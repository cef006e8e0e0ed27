package io.pulsewarden.platform.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.platform.PlatformException;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Passphrases;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KekSettingsTest {

  private static final URI VAULT = URI.create("https://vault.example:8200");

  @TempDir Path folder;
  private DataFolder data;
  private Path secret;

  @BeforeEach
  void prepare() throws Exception {
    data = new DataFolder(folder.resolve("data"));
    data.prepare();
    secret = Files.writeString(folder.resolve("secret"), "canary-secret-id");
  }

  @Test
  void shouldConfigureKeyManagementForVault() throws Exception {
    VaultOptions appRole = new VaultOptions(VAULT, secret, secret, null, secret);
    Map<String, String> values = configured(appRole);
    assertThat(values)
        .containsEntry("pulsewarden.kek.provider", "vault")
        .containsEntry("pulsewarden.vault.url", VAULT.toString())
        .containsEntry("pulsewarden.vault.login.method", "approle")
        .containsEntry("pulsewarden.vault.login.role-id-file", secret.toString())
        .containsEntry("pulsewarden.vault.login.secret-id-file", secret.toString())
        .containsEntry("pulsewarden.vault.tls-configuration-name", "vault")
        .containsEntry("quarkus.tls.vault.trust-store.pem.certs", secret.toString())
        .doesNotContainKeys("pulsewarden.keyring.file", "pulsewarden.vault.accept-risk");
    assertThat(values.values()).noneMatch(value -> value.contains("canary"));
  }

  @Test
  void shouldTakeATokenFileAndPlainHttpOnThisMachine() throws Exception {
    VaultOptions token =
        new VaultOptions(URI.create("http://127.0.0.1:8200"), null, null, secret, null);
    assertThat(configured(token))
        .containsEntry("pulsewarden.vault.login.method", "token")
        .containsEntry("pulsewarden.vault.login.token-file", secret.toString())
        .containsEntry("pulsewarden.vault.accept-risk", "true")
        .doesNotContainKey("pulsewarden.vault.tls-configuration-name");
  }

  @Test
  void shouldStayWithTheKeyringThatTheFolderBeganWith() throws Exception {
    assertThat(configured(null))
        .containsKey("pulsewarden.keyring.file")
        .doesNotContainKey("pulsewarden.kek.provider");
    Files.createDirectories(data.of("key-management-service"));
    Files.createFile(data.of("key-management-service").resolve("keyring.p12"));
    VaultOptions vault = new VaultOptions(VAULT, secret, secret, null, secret);
    assertThatThrownBy(() -> configured(vault))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("wrapped by its keyring");
  }

  @Test
  void shouldSayWhatIsMissing() {
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> new VaultOptions(VAULT, secret, secret, null, null))
        .hasMessageContaining("--vault-ca-file");
    assertThatThrownBy(() -> new VaultOptions(VAULT, null, null, null, secret))
        .hasMessageContaining("--vault-role-id-file");
    assertThatThrownBy(() -> new VaultOptions(VAULT, secret, null, null, secret))
        .hasMessageContaining("--vault-secret-id-file");
    assertThatThrownBy(() -> new VaultOptions(VAULT, secret, secret, secret, secret))
        .hasMessageContaining("--vault-token-file");
    assertThatThrownBy(() -> new VaultOptions(VAULT, none, secret, null, secret))
        .hasMessageContaining(none.toString());
    assertThatThrownBy(
            () -> new VaultOptions(URI.create("http://elsewhere"), null, null, secret, null))
        .hasMessageContaining("https");
  }

  private Map<String, String> configured(@Nullable VaultOptions vault) throws Exception {
    try (Passphrases passphrases = Passphrases.open(data, Map.of(), false)) {
      return KekSettings.choose(data, vault, passphrases).values();
    }
  }
}
