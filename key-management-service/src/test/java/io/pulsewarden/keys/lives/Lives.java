package io.pulsewarden.keys.lives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.keys.KeyServers;
import io.pulsewarden.keys.OwnDatabase;
import io.pulsewarden.platform.postgres.PostgresLogin;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Processes, one after the other, each with key management's own stores on the same database and
 * the same keyring, each killed at a step.
 *
 * @param main what such a process does
 * @param database which nobody else works in
 * @param folder with the keyring
 */
public record Lives(Class<?> main, PostgresLogin database, Path folder) {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  public static Lives begin(Class<?> main, Path folder) throws SQLException {
    return new Lives(main, OwnDatabase.create(KeyServers.bed().postgres()::superuser), folder);
  }

  /** One in this process, to look at what the last one left. */
  public Life inThisProcess() {
    return new Life(database, keyring());
  }

  /** A process that ends itself, as if killed, at that step of {@link HaltAt}. */
  public void diesAt(String step, String... arguments) throws Exception {
    assertThat(ended(start(step, arguments))).as(this::log).isEqualTo(HaltAt.EXIT_CODE);
  }

  /** A process that nothing happens to. */
  public void lives(String... arguments) throws Exception {
    assertThat(ended(start(HaltAt.NOWHERE, arguments))).as(this::log).isZero();
  }

  /**
   * A process that gets SIGKILL in the middle of a transaction: while it waits for the row of that
   * subject key, which somebody else has in hand.
   */
  public void isKilledInItsTransaction(UUID subjectKey, String... arguments) throws Exception {
    try (Connection holder = database.open()) {
      holder.setAutoCommit(false);
      try (PreparedStatement lock =
          holder.prepareStatement("SELECT id FROM subject_key WHERE id = ? FOR UPDATE")) {
        lock.setObject(1, subjectKey);
        lock.executeQuery();
      }
      Process process = start(HaltAt.NOWHERE, arguments);
      try {
        await()
            .atMost(PATIENCE)
            .until(() -> !process.isAlive() || sessions("AND wait_event_type = 'Lock'") > 0);
        assertThat(process.isAlive()).as(this::log).isTrue();
      } finally {
        process.destroyForcibly();
      }
      assertThat(ended(process)).as("SIGKILL").isEqualTo(HaltAt.EXIT_CODE);
      holder.rollback();
    }
    await().atMost(PATIENCE).until(() -> sessions("") == 0);
  }

  /** Audit events that wait to be sent, in their order; nothing sends them here. */
  public List<AuditEvent> events() throws Exception {
    List<AuditEvent> events = new ArrayList<>();
    try (Connection connection = database.open();
        PreparedStatement select =
            connection.prepareStatement("SELECT value FROM outbox WHERE kind = 1 ORDER BY id");
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        events.add(AuditEvent.parseFrom(rows.getBytes(1)));
      }
    }
    return events;
  }

  private Process start(String step, String... arguments) throws IOException {
    List<String> command =
        Stream.concat(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")),
                    main.getName(),
                    step),
                Stream.of(arguments))
            .toList();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(logFile());
    builder.environment().putAll(Life.environment(database, keyring()));
    return builder.start();
  }

  private static int ended(Process process) throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("a life did not end");
    }
    return process.exitValue();
  }

  private long sessions(String more) throws SQLException {
    try (Connection connection = database.open();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND application_name = '"
                    + Life.NAME
                    + "' "
                    + more);
        ResultSet rows = select.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private Path keyring() {
    return folder.resolve("keyring.p12");
  }

  private File logFile() {
    return folder.resolve("life.log").toFile();
  }

  private String log() {
    try {
      return Files.readString(logFile().toPath());
    } catch (IOException none) {
      return "no log: " + none;
    }
  }
}
