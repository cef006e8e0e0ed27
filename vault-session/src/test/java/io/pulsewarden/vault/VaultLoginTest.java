package io.pulsewarden.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is refused before anything is started. That it is not read later either: VaultBadDaysTest.
 */
class VaultLoginTest {

  private static final String PREFIX = "pulsewarden.vault.login";

  private record Given(String chosen, Path roleId, Path secretId, Path token)
      implements VaultLoginSettings {

    @Override
    public Optional<String> method() {
      return Optional.of(chosen);
    }

    @Override
    public Optional<String> mount() {
      return Optional.empty();
    }

    @Override
    public Optional<String> role() {
      return Optional.of("key-management");
    }

    @Override
    public Optional<Path> roleIdFile() {
      return Optional.of(roleId);
    }

    @Override
    public Optional<Path> secretIdFile() {
      return Optional.of(secretId);
    }

    @Override
    public Optional<Path> tokenFile() {
      return Optional.of(token);
    }
  }

  @TempDir Path folder;
  private Path roleId;
  private Path secretId;
  private Path token;

  @BeforeEach
  void write() throws IOException {
    roleId = file("role-id", "rw-r--r--");
    secretId = file("secret-id", "rw-------");
    token = file("token", "rw-------");
  }

  @Test
  void shouldTakeSecretsThatNobodyElseMayReadAndNotMindWhoReadsTheRoleId() {
    for (String method : new String[] {"approle", "token", "kubernetes"}) {
      assertThat(login(method)).as(method).isPresent();
    }
  }

  @Test
  void shouldRefuseSecretsThatOthersMayReadInOneLineThatNamesSettingAndFile() throws IOException {
    mode(secretId, "rw-r-----");
    assertRefused("approle", "secret-id-file", secretId);
    mode(token, "rw-r-----");
    assertRefused("token", "token-file", token);
    assertThat(login("kubernetes")).as("as the kubelet writes it").isPresent();
    mode(token, "rw-r--r--");
    assertRefused("kubernetes", "token-file", token);
  }

  /** A trim's SecretID comes for an hour, and goes again. */
  @Test
  void shouldBeginWithoutASecretThatIsNotThereYet() throws IOException {
    Files.delete(secretId);
    Files.delete(token);
    for (String method : new String[] {"approle", "token", "kubernetes"}) {
      assertThat(login(method)).as(method).isPresent();
    }
  }

  private void assertRefused(String method, String setting, Path file) {
    assertThatThrownBy(() -> login(method))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "%s.%s: group or others may read or change a secret's file, chmod 600 %s"
                .formatted(PREFIX, setting, file));
  }

  private Optional<VaultLogin> login(String method) {
    return VaultLogin.of(PREFIX, new Given(method, roleId, secretId, token));
  }

  private Path file(String name, String mode) throws IOException {
    return mode(Files.writeString(folder.resolve(name), "canary\n"), mode);
  }

  private static Path mode(Path file, String mode) throws IOException {
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }
}
