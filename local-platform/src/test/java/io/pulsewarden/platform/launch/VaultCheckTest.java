package io.pulsewarden.platform.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.platform.PlatformException;
import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.certificates.Pem;
import io.pulsewarden.platform.certificates.ServerTrust;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Passphrases;
import io.pulsewarden.vault.standin.VaultOperator;
import io.pulsewarden.vault.standin.VaultStandIn;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code up --vault} says, in one line and before it starts anything. */
class VaultCheckTest {

  @TempDir private Path folder;
  private final LocalCa authority = LocalCa.create("somebody's Vault");
  private DataFolder data;
  private VaultStandIn vault;
  private Path ca;
  private Path roleId;
  private Path secretId;

  @BeforeEach
  void start() throws Exception {
    data = new DataFolder(folder.resolve("data"));
    data.prepare();
    vault = VaultStandIn.startTls(Clock.systemUTC(), server(authority.issueEdge("vault")));
    ca = folder.resolve("ca.crt");
    Pem.writeCertificates(ca, List.of(authority.certificate()));
    roleId = folder.resolve("role-id");
    secretId = folder.resolve("secret-id");
  }

  @AfterEach
  void stop() {
    vault.close();
  }

  @Test
  void shouldTakeAVaultThatIsPreparedAsThePageSaysAndRememberIt() throws Exception {
    prepare();
    KekSettings chosen = choose(appRole());

    chosen.settle(data);

    assertThat(choose(null)).as("a later start").isEqualTo(chosen);
    choose(null).settle(data);
  }

  @Test
  void shouldSayThatItIsSealed() throws Exception {
    prepare();
    vault.seal(true);
    assertRefused(appRole(), "Vault is sealed: unseal it");
  }

  @Test
  void shouldSayThatItCanNotBeReached() throws Exception {
    prepare();
    vault.close();
    assertRefused(appRole(), "Vault can't be reached: no connection");
  }

  @Test
  void shouldSayThatItsCertificateIsOfAnotherAuthority() throws Exception {
    prepare();
    Path other = folder.resolve("other.crt");
    Pem.writeCertificates(other, List.of(LocalCa.create("another").certificate()));
    assertRefused(
        new VaultOptions(vault.url(), roleId, secretId, null, other),
        "Vault can't be reached: its certificate is none that we trust for its name");
  }

  @Test
  void shouldSayThatTheAuthoritysFileHoldsNone() throws Exception {
    prepare();
    for (String content : List.of("", "no certificate")) {
      Files.writeString(ca, content);
      assertThatThrownBy(() -> choose(appRole()).settle(data))
          .isInstanceOf(PlatformException.class)
          .hasMessage("--vault-ca-file is no certificate in PEM: " + ca);
    }
  }

  @Test
  void shouldSayThatATokenIsNotKnown() throws Exception {
    prepare();
    Path token = privately("token", "hvs.nobodys");
    assertRefused(
        new VaultOptions(vault.url(), null, null, token, ca),
        "Vault does not know the token, or its policy does not allow this (403): see docs/vault.md");
  }

  @Test
  void shouldSayThatTheSecretIdIsWrong() throws Exception {
    prepare();
    Files.writeString(secretId, "withdrawn");
    assertRefused(
        appRole(), "Vault does not take the RoleID and SecretID (400): see docs/vault.md");
  }

  /** It would be copied by whoever has a login on this machine. */
  @Test
  void shouldSayThatOthersMayReadTheSecretId() throws Exception {
    prepare();
    Files.setPosixFilePermissions(secretId, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> choose(appRole()).settle(data))
        .isInstanceOf(PlatformException.class)
        .hasMessage(
            "pulsewarden.vault.login.secret-id-file: group or others may read or change a secret's"
                + " file, chmod 600 "
                + secretId);
    assertThat(data.secret("vault.properties")).doesNotExist();
  }

  @Test
  void shouldSayWhatWasNotMounted() throws Exception {
    Path token = privately("token", VaultStandIn.ROOT);
    assertRefused(
        new VaultOptions(vault.url(), null, null, token, ca),
        "no Transit engine is mounted at 'pulsewarden', or the login is not enabled (404): see"
            + " docs/vault.md");
  }

  /** It answers, and not as Vault does. */
  @Test
  void shouldSayThatSomethingElseListensThere() throws Exception {
    prepare();
    URI clear = URI.create(vault.url().toString().replace("https:", "http:"));
    assertThatThrownBy(
            () -> choose(new VaultOptions(clear, roleId, secretId, null, null)).settle(data))
        .isInstanceOf(PlatformException.class)
        .hasMessageStartingWith("--vault " + clear + ": Vault can't be reached");
  }

  private Path privately(String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private void prepare() throws IOException {
    new VaultOperator(vault, ServerTrust.of(List.of(authority.certificate())), folder)
        .prepareKeys();
  }

  private VaultOptions appRole() {
    return new VaultOptions(vault.url(), roleId, secretId, null, ca);
  }

  private KekSettings choose(@Nullable VaultOptions options) throws IOException {
    try (Passphrases passphrases = Passphrases.open(data, Map.of(), false)) {
      return KekSettings.choose(data, options, passphrases);
    }
  }

  private void assertRefused(VaultOptions options, String line) {
    assertThatThrownBy(() -> choose(options).settle(data))
        .isInstanceOf(PlatformException.class)
        .hasMessage("--vault " + vault.url() + ": " + line);
    assertThat(data.secret("vault.properties")).doesNotExist();
  }

  private static SSLContext server(IssuedCertificate own)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, new char[0]);
    store.setKeyEntry(
        "own", own.privateKey(), new char[0], own.chain().toArray(new X509Certificate[0]));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    return tls;
  }
}
