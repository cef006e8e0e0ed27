package io.pulsewarden.keys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProviderContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on SoftHSM, where it is installed; elsewhere skipped, and said so. */
class Pkcs11KekProviderTest extends KekProviderContract {

  private static final List<Path> LIBRARIES =
      List.of(
          Path.of("/usr/lib/softhsm/libsofthsm2.so"),
          Path.of("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
          Path.of("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"),
          Path.of("/usr/lib64/pkcs11/libsofthsm2.so"),
          Path.of("/opt/homebrew/lib/softhsm/libsofthsm2.so"),
          Path.of("/usr/local/lib/softhsm/libsofthsm2.so"));
  private static final String PIN = "canary-pin-4711";

  private static Path library;
  private static Path pinFile;
  private static @Nullable Pkcs11Token token;

  @BeforeAll
  static void makeToken() throws Exception {
    Optional<Path> found = LIBRARIES.stream().filter(Files::exists).findFirst();
    assumeTrue(found.isPresent(), "SoftHSM is not installed here: PKCS#11 is not tested");
    library = found.orElseThrow();
    // The library reads this once, by the path that the build put into SOFTHSM2_CONF.
    Path configuration = Path.of(System.getenv("SOFTHSM2_CONF"));
    Path tokens = Files.createTempDirectory("pulsewarden-softhsm-");
    Files.createDirectories(configuration.toAbsolutePath().getParent());
    Files.writeString(configuration, "directories.tokendir = " + tokens + "\nlog.level = ERROR\n");
    Process init =
        new ProcessBuilder(
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                "pulsewarden",
                "--pin",
                PIN,
                "--so-pin",
                PIN)
            .inheritIO()
            .start();
    assertThat(init.waitFor()).isZero();
    pinFile = Files.writeString(tokens.resolve("pin"), PIN + "\n");
    token = open();
  }

  @AfterAll
  static void close() throws Exception {
    if (token != null) {
      token.close();
    }
  }

  private static Pkcs11Token open() throws Exception {
    return Pkcs11Token.open(library, 0, TokenPin.read(pinFile));
  }

  @Override
  protected KekProvider provider() {
    return new Pkcs11KekProvider(Objects.requireNonNull(token), Runnable::run);
  }

  @Override
  protected KekProvider laterLife() throws Exception {
    return new Pkcs11KekProvider(open(), Runnable::run);
  }
}
