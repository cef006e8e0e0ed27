package io.pulsewarden.keys;

import io.pulsewarden.keys.subject.EarlierSubjectKey;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKind;
import io.pulsewarden.platform.ServiceTestBed;
import io.pulsewarden.platform.postgres.PostgresLogin;
import io.pulsewarden.platform.postgres.ServiceDatabase;
import io.pulsewarden.platform.process.FreePorts;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;

/** Real Kafka and PostgreSQL, and the keyring and keys that an earlier life of the service left. */
public final class KeyServers implements QuarkusTestResourceLifecycleManager {

  /** Of the keyring; must not be seen anywhere. */
  static final String PASSPHRASE = "canary-passphrase-5d1f";

  static final Subject EARLIER =
      new Subject(UUID.randomUUID(), SubjectKind.PATIENT, UUID.randomUUID());
  static final UUID EARLIER_ID = UUID.randomUUID();

  /** The subject key of the golden bytes in docs/formats/keys.md. */
  static final byte[] EARLIER_KEY =
      HexFormat.of().parseHex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");

  static final Subject ERASED =
      new Subject(UUID.randomUUID(), SubjectKind.PATIENT, UUID.randomUUID());
  static final UUID ERASED_ID = UUID.randomUUID();

  /** Not with the outer class: discovery loads that one, by a loader that no test runs in. */
  private static final class Started {
    static final ServiceTestBed BED = ServiceTestBed.start("key-management-service");
    static final int COPY_PORT = FreePorts.find();

    static {
      // What is done in the background takes its time on a busy machine.
      Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    }
  }

  /** Where the service looks for a restored backup. */
  static int copyPort() {
    return Started.COPY_PORT;
  }

  public static ServiceTestBed bed() {
    return Started.BED;
  }

  @Override
  public Map<String, String> start() {
    try (Connection database = bed().superuserConnection()) {
      Path folder = Files.createTempDirectory("pulsewarden-keyring-");
      Path keyring = folder.resolve("keyring.p12");
      Path passphrase = privately(folder.resolve("passphrase"), PASSPHRASE);
      EarlierSubjectKey.store(database, keyring, PASSPHRASE, EARLIER_ID, EARLIER, EARLIER_KEY);
      EarlierSubjectKey.storeErased(database, ERASED_ID, ERASED);
      Map<String, String> config = new HashMap<>(bed().quarkusConfig());
      // A connection that comes in the moment of a reload is closed, and nothing is reloaded here.
      config.put("quarkus.tls.service.reload-period", "1h");
      config.put("quarkus.tls.edge.reload-period", "1h");
      config.put(
          "quarkus.oidc.public-key",
          Base64.getEncoder().encodeToString(TestTokens.publicKey().getEncoded()));
      config.put("pulsewarden.keyring.file", keyring.toString());
      config.put("pulsewarden.keyring.passphrase-file", passphrase.toString());
      config.put("pulsewarden.kek-rotation.interval", "PT0.1S");
      config.put("pulsewarden.kek-rotation.settle", "PT0S");
      PostgresLogin superuser =
          bed().postgres().superuser(ServiceDatabase.KEY_MANAGEMENT.database());
      config.put(
          "pulsewarden.restored-copy.url",
          "postgresql://localhost:" + copyPort() + "/" + ServiceDatabase.KEY_MANAGEMENT.database());
      config.put("pulsewarden.restored-copy.username", superuser.user());
      config.put(
          "pulsewarden.restored-copy.password-file",
          privately(folder.resolve("copy-password"), superuser.password().reveal()).toString());
      return config;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException("the earlier keys could not be stored", e);
    }
  }

  private static Path privately(Path file, String secret) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, secret);
  }

  @Override
  public void stop() {
    // The servers end with the JVM.
  }
}
