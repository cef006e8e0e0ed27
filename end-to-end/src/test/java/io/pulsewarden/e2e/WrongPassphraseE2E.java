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
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key management as it is shipped, alone, with a keyring that its passphrase does not open. */
final class WrongPassphraseE2E {

  private static final Path JAR =
      Platform.ROOT.resolve("key-management-service/target/quarkus-app/quarkus-run.jar");

  @TempDir private Path folder;

  @Test
  void shouldSaySoInOneLineAndEnd() throws IOException, GeneralSecurityException {
    Path keyring = keyring("the right passphrase");
    Path passphrase = Files.writeString(folder.resolve("passphrase"), "another passphrase\n");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    configure(keyring, passphrase);
    byte[] before = Files.readAllBytes(keyring);

    CommandResult ended =
        Command.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dquarkus.config.locations=" + folder.resolve("application.properties"),
                "-jar",
                JAR.toString())
            .run();

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.output().strip().lines())
        .last()
        .isEqualTo("the keyring's passphrase is wrong, or the file is damaged: " + keyring);
    assertThat(ended.output())
        .doesNotContain("\tat io.pulsewarden", "another passphrase", "the right passphrase");
    assertThat(Files.readAllBytes(keyring)).isEqualTo(before);
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
  private void configure(Path keyring, Path passphrase) throws IOException {
    LocalCa authority = LocalCa.openOrCreate(folder.resolve("ca"), "services");
    Path tls = folder.resolve("tls");
    authority.issueService("key-management-service", "pulsewarden.local").writePem(tls, "service");
    for (String trusted : List.of("service-ca.crt", "edge-ca.crt")) {
      Pem.writeCertificates(tls.resolve(trusted), List.of(authority.certificate()));
    }
    Files.write(
        folder.resolve("application.properties"),
        List.of(
            "quarkus.http.host=127.0.0.1",
            "quarkus.http.ssl-port=0",
            "quarkus.management.port=0",
            "kafka.bootstrap.servers=localhost:1",
            "quarkus.datasource.reactive.url=postgresql://localhost:1/none",
            "quarkus.oidc.auth-server-url=https://localhost:1/realms/none",
            "pulsewarden.tls.dir=" + tls,
            "pulsewarden.keyring.file=" + keyring,
            "pulsewarden.keyring.passphrase-file=" + passphrase,
            "pulsewarden.keyring.accept-risk=true"));
  }
}
