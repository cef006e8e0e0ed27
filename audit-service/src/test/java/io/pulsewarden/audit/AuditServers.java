package io.pulsewarden.audit;

import io.pulsewarden.platform.ServiceTestBed;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The real servers of this service's tests, and a key in Keycloak's place. */
public final class AuditServers implements QuarkusTestResourceLifecycleManager {

  /** Of producers: a busy machine's broker may be silent for longer than a caller should wait. */
  static final Map<String, String> PATIENCE =
      Map.of("max.block.ms", "5000", "delivery.timeout.ms", "10000");

  private static @Nullable AuditServers running;

  private @Nullable ServiceTestBed bed;
  private @Nullable KeyPair issuer;

  public static ServiceTestBed bed() {
    return Objects.requireNonNull(Objects.requireNonNull(running).bed);
  }

  static KeyPair issuer() {
    return Objects.requireNonNull(Objects.requireNonNull(running).issuer);
  }

  @Override
  public Map<String, String> start() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      KeyPair keys = generator.generateKeyPair();
      ServiceTestBed servers = ServiceTestBed.start("audit-service");
      issuer = keys;
      bed = servers;
      running = this;
      Map<String, String> config = new HashMap<>(servers.quarkusConfig());
      // A connection that comes in the moment of a reload is closed, and nothing is reloaded here.
      config.put("quarkus.tls.service.reload-period", "1h");
      config.put("quarkus.tls.edge.reload-period", "1h");
      PATIENCE.forEach((name, millis) -> config.put("kafka." + name, millis));
      config.put(
          "quarkus.oidc.public-key",
          Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()));
      Path folder = Files.createTempDirectory("audit-log");
      config.put("pulsewarden.index.build-interval", "100ms");
      config.put("pulsewarden.log.signing-key-file", folder.resolve("log.key").toString());
      config.put(
          "pulsewarden.log.published-checkpoint-file", folder.resolve("published").toString());
      return config;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  @Override
  public void stop() {
    if (bed != null) {
      bed.close();
    }
  }
}
