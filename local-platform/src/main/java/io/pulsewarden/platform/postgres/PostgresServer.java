package io.pulsewarden.platform.postgres;

import io.pulsewarden.platform.certificates.Pem;
import io.pulsewarden.platform.process.PrivateFiles;
import io.pulsewarden.platform.process.ProcessFiles;
import io.pulsewarden.platform.process.Readiness;
import io.pulsewarden.platform.process.ServerCommand;
import io.pulsewarden.platform.process.ServerProcess;
import io.pulsewarden.platform.secret.Password;
import io.pulsewarden.platform.servers.BuildLock;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A real PostgreSQL in a process of its own, on loopback, over TLS, with fsync on. What is in
 * {@code folder} stays there: starting again on it keeps all data.
 *
 * <p>Not thread-safe.
 */
public final class PostgresServer implements AutoCloseable {

  /** On a busy machine; where the process ends, its end is said at once. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final String SUPERUSER = "postgres";

  private final Path folder;
  private final PostgresSettings settings;
  private final PostgresBinaries binaries;
  private final ProcessFiles files;
  private ServerProcess process;

  private PostgresServer(
      Path folder,
      PostgresSettings settings,
      PostgresBinaries binaries,
      ProcessFiles files,
      ServerProcess process) {
    this.folder = folder;
    this.settings = settings;
    this.binaries = binaries;
    this.files = files;
    this.process = process;
  }

  /** As {@link #start(Path, PostgresSettings, ProcessFiles)}, with log and id in the folder. */
  public static PostgresServer start(Path folder, PostgresSettings settings)
      throws IOException, InterruptedException, SQLException {
    return start(folder, settings, ProcessFiles.in(folder, "postgres"));
  }

  /**
   * Starts a server, makes what is missing of databases and roles, and returns when it takes
   * connections.
   *
   * @throws IOException if it can't be started; the message names its log
   */
  public static PostgresServer start(Path folder, PostgresSettings settings, ProcessFiles files)
      throws IOException, InterruptedException, SQLException {
    Path home = folder.toAbsolutePath().normalize();
    PrivateFiles.folder(home);
    PostgresBinaries binaries = PostgresBinaries.unpacked(ServerFiles.ofThisBuild());
    initialise(home, settings, binaries, files);
    writeTls(home.resolve("tls"), settings);
    PostgresConfiguration.write(home.resolve("data"), home.resolve("tls"), settings.port());
    PostgresServer server =
        new PostgresServer(home, settings, binaries, files, launch(home, binaries, files));
    try {
      server.awaitReady();
      new DatabaseCreation(server::superuser, settings.ownerPassword()).createMissing();
    } catch (RuntimeException | SQLException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /**
   * The server that an earlier start left running on this folder, if it did. That start may have
   * been killed at any moment: what it had not come to is done here.
   */
  public static Optional<PostgresServer> adopt(
      Path folder, PostgresSettings settings, ProcessFiles files)
      throws IOException, InterruptedException, SQLException {
    Path home = folder.toAbsolutePath().normalize();
    PostgresBinaries binaries = PostgresBinaries.unpacked(ServerFiles.ofThisBuild());
    Optional<ServerProcess> running = files.running("PostgreSQL");
    if (running.isEmpty()) {
      return Optional.empty();
    }
    PostgresServer server = new PostgresServer(home, settings, binaries, files, running.get());
    server.awaitReady();
    new DatabaseCreation(server::superuser, settings.ownerPassword()).createMissing();
    return Optional.of(server);
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return settings.port();
  }

  /** For whoever keeps an eye on the process. */
  public ServerProcess process() {
    return process;
  }

  /** The superuser's way into one database, for administration and for a test's assertions. */
  public PostgresLogin superuser(String database) {
    return PostgresLogin.to(
        settings.port(), database, SUPERUSER, settings.superuserPassword(), caFile());
  }

  /** The owner's way into a database, for migrations. */
  public PostgresLogin owner(ServiceDatabase database) {
    return ownerLogin(folder, settings, database);
  }

  /** The owner's way into a database of the server that runs, or will run, on a folder. */
  public static PostgresLogin ownerLogin(
      Path folder, PostgresSettings settings, ServiceDatabase database) {
    return ownerLogin(folder, settings.port(), settings.ownerPassword(), database);
  }

  /** The same, of a server of which no more is known than its port. */
  public static PostgresLogin ownerLogin(
      Path folder, int port, Password password, ServiceDatabase database) {
    return PostgresLogin.to(
        port,
        database.database(),
        database.ownerRole(),
        password,
        folder.resolve("tls/service-ca.crt"));
  }

  /**
   * Takes a physical backup while the server runs, as pg_basebackup does.
   *
   * @param backup a folder that does not exist yet
   */
  public void backUp(Path backup) throws IOException, SQLException {
    PrivateFiles.folder(backup.toAbsolutePath().normalize());
    PhysicalBackup.take(superuser(SUPERUSER), folder.resolve("data"), backup.resolve("data"));
  }

  /**
   * A second server, on what {@link #backUp} took and on another port; its passwords and CA are
   * this one's. Starting again on the folder goes on with what is in it.
   */
  public PostgresServer restore(Path backup, int port)
      throws IOException, InterruptedException, SQLException {
    return start(
        backup,
        new PostgresSettings(
            port,
            settings.serviceCa(),
            settings.trustDomain(),
            settings.superuserPassword(),
            settings.ownerPassword()));
  }

  /**
   * Puts what {@link #backUp} took in the place of what this server has, and starts it again, as
   * when its disk is lost. Whoever was connected has to connect again.
   *
   * @param backup is used up; on the same file system
   */
  public void putBack(Path backup) throws IOException {
    kill();
    BuildLock.delete(folder.resolve("data"));
    Files.move(backup.resolve("data"), folder.resolve("data"));
    restart();
  }

  /** SIGKILL, as when a machine's memory runs out; the data stay. */
  public void kill() {
    process.kill();
  }

  /** Starts the process again on the same port and data. */
  public void restart() throws IOException {
    if (process.isAlive()) {
      close();
    }
    process = launch(folder, binaries, files);
    awaitReady();
  }

  /** Fast shutdown: sessions are ended, a checkpoint is written; the data stay. */
  @Override
  public void close() {
    process.stop(ServerProcess.Signal.INT, Duration.ofSeconds(20));
  }

  private void awaitReady() {
    Readiness.await(
        process,
        files.log(),
        PATIENCE,
        () -> {
          try (Connection connection = superuser(SUPERUSER).open()) {
            return connection.isValid(1);
          }
        });
  }

  private Path caFile() {
    return folder.resolve("tls/service-ca.crt");
  }

  /**
   * The cluster is made beside its place and renamed, so a crash leaves a folder that the next
   * start removes.
   */
  private static void initialise(
      Path home, PostgresSettings settings, PostgresBinaries binaries, ProcessFiles files)
      throws IOException, InterruptedException {
    Path data = home.resolve("data");
    if (Files.exists(data)) {
      return;
    }
    Path half = home.resolve("data.half");
    BuildLock.delete(half);
    Path passwordFile = home.resolve("initial-password");
    PrivateFiles.replace(passwordFile, settings.superuserPassword().reveal() + "\n");
    try {
      new ServerCommand(
              "initdb",
              binaries.command(
                  "initdb",
                  "-D",
                  half.toString(),
                  "-U",
                  SUPERUSER,
                  "-A",
                  "scram-sha-256",
                  "--pwfile=" + passwordFile,
                  "--encoding=UTF8",
                  "--locale=C"),
              home,
              files)
          .run();
    } finally {
      Files.deleteIfExists(passwordFile);
    }
    Files.move(half, data, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void writeTls(Path tls, PostgresSettings settings) throws IOException {
    PrivateFiles.folder(tls);
    settings.serviceCa().issueService("postgres", settings.trustDomain()).writePem(tls, "server");
    Pem.writeCertificates(
        tls.resolve("service-ca.crt"), List.of(settings.serviceCa().certificate()));
  }

  private static ServerProcess launch(Path home, PostgresBinaries binaries, ProcessFiles files)
      throws IOException {
    return new ServerCommand(
            "PostgreSQL",
            binaries.command("postgres", "-D", home.resolve("data").toString()),
            home,
            files)
        .start();
  }
}
