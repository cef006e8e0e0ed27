package io.pulsewarden.keys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.LogCapture;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProvider.ToWrap;
import io.pulsewarden.keys.kek.KekProvider.Versions;
import io.pulsewarden.keys.kek.KekProviderContract;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.secret.SecretBytes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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

  private static final TokenThreads THREADS = new TokenThreads(4, 64, Duration.ofSeconds(30));

  /** As the database gives it, to instances in one process. */
  static final VersionLock LOCK =
      new VersionLock() {
        @Override
        public synchronized <T extends @Nullable Object> T during(KekName kek, Work<T> work)
            throws GeneralSecurityException, IOException {
          return work.done();
        }
      };

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
    Files.setPosixFilePermissions(pinFile, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(Pkcs11KekProviderTest::open).hasMessageContaining("others may read");
    Files.setPosixFilePermissions(pinFile, PosixFilePermissions.fromString("rw-------"));
    wrongPinIsQuotedNowhere(tokens);
    token = open();
  }

  private static void wrongPinIsQuotedNowhere(Path tokens) throws IOException {
    String wrong = "canary-wrong-pin";
    Path file = Files.writeString(tokens.resolve("wrong-pin"), wrong + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    try (LogCapture log = new LogCapture()) {
      assertThatThrownBy(() -> Pkcs11Token.open(library, 0, TokenPin.read(file)))
          .satisfies(
              refused -> {
                StringWriter text = new StringWriter();
                refused.printStackTrace(new PrintWriter(text, true));
                assertThat(text.toString()).doesNotContain(wrong);
              });
      assertThat(log.text()).doesNotContain(wrong, PIN);
    }
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
    return new Pkcs11KekProvider(Objects.requireNonNull(token), LOCK, THREADS);
  }

  @Override
  protected KekProvider laterLife() throws Exception {
    return new Pkcs11KekProvider(open(), LOCK, THREADS);
  }

  /** With two keys of one label the JDK would open the token no more, for any organisation. */
  @Test
  void shouldMakeOneFirstVersionHoweverManyInstancesNeedItAtOnce() throws Exception {
    KekName kek = new KekName(UUID.randomUUID(), 3);
    List<CompletableFuture<List<Wrapped>>> making = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      SecretBytes key = SecretBytes.copyOf(new byte[32]);
      making.add(
          laterLife().wrap(List.of(new ToWrap(kek, key, ByteString.EMPTY))).toCompletableFuture());
    }
    for (CompletableFuture<List<Wrapped>> made : making) {
      assertThat(made.join().getFirst().kek()).isEqualTo(new KekVersion(kek, 1));
    }
    assertThat(laterLife().versions(kek).toCompletableFuture().join()).contains(new Versions(1, 1));
  }
}
