package io.pulsewarden.platform.keycloak;

import io.pulsewarden.platform.process.ProcessFiles;
import io.pulsewarden.platform.process.ServerCommand;
import io.pulsewarden.platform.servers.BuildLock;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Keycloak's files, unpacked and built for PostgreSQL once for all data folders.
 *
 * @param home the built distribution
 */
public record KeycloakDistribution(Path home) {

  private static final String ARCHIVE = "keycloak.tar.gz";

  /** Whether {@link #prepare} would return at once. */
  public static boolean isPrepared(ServerFiles files) throws IOException {
    return Files.isDirectory(target(files));
  }

  /** Unpacks and builds if nobody did yet; takes about half a minute then. */
  public static KeycloakDistribution prepare(ServerFiles files, ProcessFiles process)
      throws IOException, InterruptedException {
    Path archive = files.keycloak().resolve(ARCHIVE);
    Path home =
        BuildLock.prepareOnce(
            target(files),
            folder -> {
              run(
                  process,
                  folder,
                  List.of("tar", "-xzf", archive.toString(), "--strip-components=1"));
              run(
                  process,
                  folder,
                  List.of(
                      folder.resolve("bin/kc.sh").toString(),
                      "build",
                      "--db=postgres",
                      "--health-enabled=false",
                      "--metrics-enabled=false"));
            });
    return new KeycloakDistribution(home);
  }

  private static void run(ProcessFiles process, Path folder, List<String> command)
      throws IOException, InterruptedException {
    new ServerCommand(
            "Keycloak's build",
            command,
            folder,
            process,
            Map.of("JAVA_HOME", System.getProperty("java.home")))
        .run();
  }

  /** Named after the archive, so that another version is built anew. */
  private static Path target(ServerFiles files) throws IOException {
    Path archive = files.keycloak().resolve(ARCHIVE);
    return files.keycloak().resolve("built-" + Long.toHexString(Files.size(archive)));
  }
}
