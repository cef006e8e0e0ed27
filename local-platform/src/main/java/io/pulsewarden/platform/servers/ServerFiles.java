package io.pulsewarden.platform.servers;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The servers' files under the project's root.
 *
 * @param root the repository's folder
 */
public record ServerFiles(Path root) {

  private static final String ROOT_PROPERTY = "pulsewarden.root";

  /** The root that the system property {@code pulsewarden.root} names. */
  public static ServerFiles ofThisBuild() {
    String root = System.getProperty(ROOT_PROPERTY);
    if (root == null) {
      throw new IllegalStateException("system property " + ROOT_PROPERTY + " is not set");
    }
    return new ServerFiles(Path.of(root).toAbsolutePath().normalize());
  }

  /** The broker's jars. */
  public Path kafkaLibraries() {
    return present(root.resolve("local-platform/kafka-server/target/lib"));
  }

  /** Holds the binaries' jar, and what is unpacked from it. */
  public Path postgres() {
    return present(root.resolve("local-platform/target/servers/postgres"));
  }

  /** Holds the distribution's archive, and what is built from it. */
  public Path keycloak() {
    return present(root.resolve("local-platform/target/servers/keycloak"));
  }

  /** A service's migrations. */
  public Path migrations(String service) {
    return root.resolve(service).resolve("src/main/resources/db/migration");
  }

  /** The program of the JDK that runs this. */
  public static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private static Path present(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalStateException(
          "the build has not put the servers there yet: " + folder + " is missing");
    }
    return folder;
  }
}
