package io.pulsewarden.registry.testing;

import io.pulsewarden.platform.ServiceTestBed;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** Real Kafka and PostgreSQL for the service, and a key that stands in for Keycloak's. */
public final class RegistryTestBed implements QuarkusTestResourceLifecycleManager {

  static final String TOKEN_KEY = "test.token-key";
  static final String EDGE_CA = "test.edge-ca";
  static final String KAFKA = "test.kafka.";
  static final String CA_DIR = "pulsewarden.ca.dir";

  @Override
  public Map<String, String> start() {
    ServiceTestBed bed = ServiceTestBed.start("device-registry-service");
    Map<String, String> config = new HashMap<>(bed.quarkusConfig());
    addAuthority(config);
    addTokens(config);
    config.put(
        EDGE_CA, bed.serviceTls("device-registry-service").resolve("edge-ca.crt").toString());
    for (String reader : new String[] {"telemetry-service", "audit-service"}) {
      bed.kafkaProperties(reader)
          .forEach((key, value) -> config.put(KAFKA + reader + "." + key, String.valueOf(value)));
    }
    return config;
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
      Files.writeString(passphrase, "correct horse battery staple\n");
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
