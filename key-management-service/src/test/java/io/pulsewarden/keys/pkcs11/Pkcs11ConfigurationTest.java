package io.pulsewarden.keys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stops the service before it comes to a token. */
class Pkcs11ConfigurationTest {

  private record Given(Optional<Path> library, int slotListIndex, Optional<Path> pinFile)
      implements Pkcs11Configuration.Settings {}

  @TempDir Path folder;

  @Test
  void shouldSayInOneLineThatOthersMayReadThePin() throws Exception {
    Path pin = Files.writeString(folder.resolve("pin"), "canary-pin\n");
    Files.setPosixFilePermissions(pin, PosixFilePermissions.fromString("rw-r--r--"));
    Path none = folder.resolve("no-library.so");
    assertThat(refusal(none, pin))
        .isEqualTo(
            "the PKCS#11 token's PIN is not read: group or others may read or change a secret's"
                + " file, chmod 600 "
                + pin);

    Files.setPosixFilePermissions(pin, PosixFilePermissions.fromString("rw-------"));
    assertThat(refusal(none, pin))
        .isEqualTo("the PKCS#11 token can't be opened, by library or PIN: " + none);
  }

  private static String refusal(Path library, Path pin) throws Exception {
    Pkcs11Configuration configuration =
        new Pkcs11Configuration(
            new Given(Optional.of(library), 0, Optional.of(pin)), Pkcs11KekProviderTest.LOCK);
    Throwable refused = catchThrowable(configuration::open);
    configuration.close(new ShutdownEvent());
    assertThat(refused).isInstanceOf(ConfigurationException.class).hasNoCause();
    return String.valueOf(refused.getMessage());
  }
}
