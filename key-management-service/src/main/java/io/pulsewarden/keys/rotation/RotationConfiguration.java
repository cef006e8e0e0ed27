package io.pulsewarden.keys.rotation;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.mtls.SpiffeId;
import io.pulsewarden.secret.SecretBytes;
import io.pulsewarden.secret.SecretFile;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Puts the package together. */
class RotationConfiguration {

  /** Neither user and password before the host, nor parameters, which may be these as well. */
  private static final Pattern PLAIN = Pattern.compile("postgres(ql)?://[^@?]+");

  private static final Logger LOG = Logger.getLogger(RotationConfiguration.class);

  /** Rotation and trim. */
  @ConfigMapping(prefix = "pulsewarden.kek-rotation")
  interface Settings {

    /** Between two looks at what there is to do. */
    @WithDefault("PT2S")
    Duration interval();

    /** From a rotation's end until no request that began before it can still be under way. */
    @WithDefault("PT1H")
    Duration settle();
  }

  /** A backup of our database, restored elsewhere, that is looked at before anything is trimmed. */
  @ConfigMapping(prefix = "pulsewarden.restored-copy")
  interface CopySettings {

    /** {@code postgresql://host:port/database}, without user and password. */
    Optional<String> url();

    /** May read kek_trim and subject_key. */
    @WithDefault("key_management_service")
    String username();

    /** Whose first line is the password; nobody else may read it. */
    Optional<Path> passwordFile();

    /** The CA that its certificate is checked against; our service CA, unless told. */
    Optional<Path> caFile();
  }

  @Produces
  @Singleton
  KekRecords kekRecords(
      AuditEvents events, @ConfigProperty(name = "pulsewarden.trust-domain") String trustDomain) {
    return new KekRecords(events, new SpiffeId(trustDomain, "key-management-service").toString());
  }

  @Produces
  @Singleton
  KekWork kekWork(WrappedRowsStore rows, KekJobsStore jobs, KekProvider keks, Clock clock) {
    return new KekWork(new Rewrapping(rows, keks, Rewrapping.BATCH), jobs, keks, clock);
  }

  @Produces
  @Singleton
  KekRotations kekRotations(
      WrappedRowsStore rows,
      KekJobsStore jobs,
      KekProvider keks,
      Settings settings,
      CopySettings copy,
      Vertx vertx,
      Clock clock,
      @ConfigProperty(name = "pulsewarden.tls.dir") Path tls) {
    return new KekRotations(
        rows, jobs, keks, () -> open(copy, tls, vertx), settings.settle(), clock);
  }

  private static RestoredCopy open(CopySettings copy, Path tls, Vertx vertx) {
    PgConnectOptions options =
        at(copy.url().orElseThrow(() -> new GateException(Gate.NO_RESTORED_COPY)))
            .setUser(copy.username())
            .setSslMode(SslMode.VERIFY_FULL)
            .setHostnameVerificationAlgorithm("HTTPS")
            .setPemTrustOptions(
                new PemTrustOptions()
                    .addCertPath(copy.caFile().orElse(tls.resolve("service-ca.crt")).toString()));
    copy.passwordFile().map(RotationConfiguration::password).ifPresent(options::setPassword);
    return new RestoredCopyStore(PgBuilder.pool().connectingTo(options).using(vertx).build());
  }

  /** What is wrong with an address may quote a password in it: of that, neither cause nor text. */
  static PgConnectOptions at(String url) {
    try {
      if (PLAIN.matcher(url).matches()) {
        return PgConnectOptions.fromUri(url);
      }
    } catch (IllegalArgumentException unreadable) {
      // Said below.
    }
    LOG.error("pulsewarden.restored-copy.url is no address, or has a user or a password in it");
    throw new GateException(Gate.COPY_UNREACHABLE);
  }

  private static String password(Path file) {
    try (SecretBytes password = SecretFile.firstLine(file)) {
      // The client takes nothing but a String.
      return password.use(bytes -> new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException unreadable) {
      LOG.errorf("the restored copy's password can't be read: %s", unreadable.getMessage());
      throw new GateException(Gate.COPY_UNREACHABLE);
    }
  }
}
