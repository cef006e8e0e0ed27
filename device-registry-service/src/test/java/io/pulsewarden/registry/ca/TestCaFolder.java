package io.pulsewarden.registry.ca;

import io.pulsewarden.secret.SecretBytes;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** CA folders whose passphrase is hardly stretched: a test has no secret, and pays for each key. */
public final class TestCaFolder {

  private static final int ITERATIONS = 1_000;

  private TestCaFolder() {}

  static CaFolder of(Path folder, SecureRandom random, Clock clock) {
    return new CaFolder(folder, ITERATIONS, random, clock);
  }

  /** Makes one that the service finds when it starts. */
  public static void make(Path folder, String passphrase) {
    try (SecretBytes secret = secret(passphrase)) {
      of(folder, new SecureRandom(), Clock.systemUTC()).open(secret);
    }
  }

  /**
   * Another instance with the same folder.
   *
   * @param announced what it knows of announcements; it waits for no time after them
   */
  public record Instance(
      CertificateAuthority authority, AuthorityClient client, AnnouncedIssuers announced) {}

  /** The authority of another instance with the same folder. */
  public static Instance anotherInstance(Path folder, String passphrase, Vertx vertx) {
    SecureRandom random = new SecureRandom();
    Clock clock = Clock.systemUTC();
    AnnouncedIssuers announced = new AnnouncedIssuers(Duration.ZERO, clock);
    CertificateAuthority authority =
        new EmbeddedCertificateAuthority(
            of(folder, random, clock),
            () -> secret(passphrase),
            new DeviceCertificateProfile(
                new CertificateLifetime(Duration.ofDays(1)), new StatusLocations(Optional.empty())),
            announced,
            random,
            clock);
    return new Instance(authority, new AuthorityClient(vertx, authority), announced);
  }

  private static SecretBytes secret(String passphrase) {
    return SecretBytes.owning(passphrase.getBytes(StandardCharsets.UTF_8));
  }
}
