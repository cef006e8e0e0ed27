package io.pulsewarden.registry.testing;

import io.pulsewarden.platform.ServiceTestBed;
import io.pulsewarden.platform.postgres.PostgresLogin;
import io.pulsewarden.registry.ca.TestCaFolder;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** Real Kafka and PostgreSQL for the service, and a key that stands in for Keycloak's. */
public final class RegistryTestBed implements QuarkusTestResourceLifecycleManager {

  static final String TOKEN_KEY = "test.token-key";
  static final String EDGE_CA = "test.edge-ca";
  static final String KAFKA = "test.kafka.";
  static final String DATABASE = "test.database.";
  static final String CA_DIR = "pulsewarden.ca.dir";

  /** Of the keys in the CA's folder. */
  public static final String PASSPHRASE = "correct horse battery staple";

  static {
    // What is done in the background takes its time on a busy machine.
    Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
  }

  @Override
  public Map<String, String> start() {
    ServiceTestBed bed = ServiceTestBed.start("device-registry-service");
    Map<String, String> config = new HashMap<>(bed.quarkusConfig());
    addAuthority(config);
    addTokens(config);
    // A connection that comes in the moment of a reload is closed, and nothing is reloaded here.
    config.put("quarkus.tls.devices.reload-period", "1h");
    config.put("quarkus.tls.edge.reload-period", "1h");
    // All other tests are one address, and guess less often.
    config.put("pulsewarden.enrolment.wrong-tries-per-minute", "100");
    config.put("pulsewarden.issuers.announced-for", "1s");
    config.put(
        EDGE_CA, bed.serviceTls("device-registry-service").resolve("edge-ca.crt").toString());
    PostgresLogin superuser = bed.postgres().superuser("device_registry");
    config.put(DATABASE + "url", superuser.url());
    superuser
        .properties()
        .forEach((key, value) -> config.put(DATABASE + key, String.valueOf(value)));
    for (String reader : new String[] {"telemetry-service", "audit-service"}) {
      bed.kafkaProperties(reader)
          .forEach((key, value) -> config.put(KAFKA + reader + "." + key, String.valueOf(value)));
    }
    return config;
  }

  /** A connection as the database's superuser. */
  public static Connection connect() throws SQLException {
    Config config = ConfigProvider.getConfig();
    Properties login = new Properties();
    for (String name : List.of("user", "password", "sslmode", "sslrootcert")) {
      login.setProperty(name, config.getValue(DATABASE + name, String.class));
    }
    return DriverManager.getConnection(config.getValue(DATABASE + "url", String.class), login);
  }

  /** The CA's folder. */
  public static Path caFolder() {
    return Path.of(ConfigProvider.getConfig().getValue(CA_DIR, String.class));
  }

  /** Changes a row behind the service's back, as the database's superuser. */
  public static void execute(String sql, Object... values) {
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        Object value = values[i];
        statement.setObject(
            i + 1, value instanceof Instant moment ? Timestamp.from(moment) : value);
      }
      statement.execute();
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Override
  public void stop() {
    // The servers end with the JVM.
  }

  private static void addAuthority(Map<String, String> config) {
    try {
      Path folder = Files.createTempDirectory("registry-ca");
      Path passphrase =
          Files.createFile(
              folder.resolve("passphrase"),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(passphrase, PASSPHRASE + "\n");
      TestCaFolder.make(folder.resolve("ca"), PASSPHRASE);
      config.put(CA_DIR, folder.resolve("ca").toString());
      config.put("pulsewarden.ca.passphrase-file", passphrase.toString());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void addTokens(Map<String, String> config) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      KeyPair keys = generator.generateKeyPair();
      Base64.Encoder base64 = Base64.getEncoder();
      config.put("quarkus.oidc.public-key", base64.encodeToString(keys.getPublic().getEncoded()));
      config.put(TOKEN_KEY, base64.encodeToString(keys.getPrivate().getEncoded()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
