package io.pulsewarden.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.certificates.Pem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Key management as it is shipped, alone and in the production profile, which is a packaged
 * service's own: what ends it, in one line, before it talks to anybody.
 */
final class LoneKeysE2E {

  private static final Path JAR =
      Platform.ROOT.resolve("key-management-service/target/quarkus-app/quarkus-run.jar");
  private static final String WRONG = "another passphrase";

  @TempDir private Path folder;

  /** Without the word it does not come as far as the passphrase; with it, no further. */
  @Test
  void shouldNotRunOnAKeyringUntilTheRiskIsAcceptedNorWithAWrongPassphrase()
      throws IOException, GeneralSecurityException {
    Path keyring = keyring("the right passphrase");
    Path passphrase = secret("passphrase", WRONG, "rw-------");
    byte[] before = Files.readAllBytes(keyring);
    List<String> settings =
        List.of(
            "pulsewarden.keyring.file=" + keyring,
            "pulsewarden.keyring.passphrase-file=" + passphrase);
    List<String> files = files();

    assertEnds(
        run(settings),
        "the keyring is not for production: its keys lie on this disk; use Vault, or set"
            + " pulsewarden.keyring.accept-risk=true");
    assertThat(files()).as("not even a lock").isEqualTo(files);

    assertEnds(
        run(with(settings, "pulsewarden.keyring.accept-risk=true")),
        "the keyring's passphrase is wrong, or the file is damaged: " + keyring);
    assertThat(Files.readAllBytes(keyring)).isEqualTo(before);
  }

  @Test
  void shouldNotRunWithASecretIdThatOthersMayRead() throws IOException, GeneralSecurityException {
    Path secretId = secret("secret-id", "canary-secret-id", "rw-r--r--");
    assertEnds(
        run(
            List.of(
                "pulsewarden.kek.provider=vault",
                "pulsewarden.vault.url=https://localhost:1",
                "pulsewarden.vault.login.method=approle",
                "pulsewarden.vault.login.role-id-file=" + secret("role-id", "role", "rw-r--r--"),
                "pulsewarden.vault.login.secret-id-file=" + secretId)),
        "pulsewarden.vault.login.secret-id-file: group or others may read or change a secret's"
            + " file, chmod 600 "
            + secretId);
  }

  private static void assertEnds(CommandResult ended, String line) {
    assertThat(ended.output().strip().lines()).last().isEqualTo(line);
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.output())
        .doesNotContain("\tat io.pulsewarden", WRONG, "the right passphrase", "canary");
  }

  private CommandResult run(List<String> settings) throws IOException, GeneralSecurityException {
    Files.write(
        Files.createDirectories(folder.resolve("config")).resolve("application.properties"),
        Stream.concat(surroundings().stream(), settings.stream()).toList());
    return Command.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dquarkus.config.locations=" + folder.resolve("config/application.properties"),
            "-jar",
            JAR.toString())
        .run();
  }

  private static List<String> with(List<String> settings, String one) {
    List<String> more = new ArrayList<>(settings);
    more.add(one);
    return more;
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
  }

  private Path secret(String name, String text, String mode) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private Path keyring(String passphrase) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setEntry(
        "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee.0.v1",
        new KeyStore.SecretKeyEntry(new SecretKeySpec(new byte[32], "AES")),
        new KeyStore.PasswordProtection(passphrase.toCharArray()));
    Path file = folder.resolve("keyring.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, passphrase.toCharArray());
    }
    return file;
  }

  /** It ends before it talks to anybody: what it is told of them leads nowhere. */
  private List<String> surroundings() throws IOException, GeneralSecurityException {
    LocalCa authority = LocalCa.openOrCreate(folder.resolve("ca"), "services");
    Path tls = folder.resolve("tls");
    authority.issueService("key-management-service", "pulsewarden.local").writePem(tls, "service");
    for (String trusted : List.of("service-ca.crt", "edge-ca.crt")) {
      Pem.writeCertificates(tls.resolve(trusted), List.of(authority.certificate()));
    }
    return List.of(
        "quarkus.http.host=127.0.0.1",
        "quarkus.http.ssl-port=0",
        "quarkus.management.port=0",
        "kafka.bootstrap.servers=localhost:1",
        "quarkus.datasource.reactive.url=postgresql://localhost:1/none",
        "quarkus.oidc.auth-server-url=https://localhost:1/realms/none",
        "pulsewarden.tls.dir=" + tls);
  }
}
