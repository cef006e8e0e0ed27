package io.pulsewarden.benchmarks.audit;

import io.pulsewarden.platform.postgres.PostgresLogin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.LongStream;

/** What the machine gives to anybody, without a log. */
final class BareMachine {

  private static final int BLOCK = 4096;
  private static final int ROWS_A_COMMIT = 2000;
  private static final double NANOS = 1e9;

  private BareMachine() {}

  /** Blocks of 4 KiB that are appended to a file and synced, one after the other, in a second. */
  static double fsyncs(Path folder, Duration time) throws IOException {
    Path file = Files.createTempFile(folder, "fsync", ".bench");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long begin = System.nanoTime();
      long count = 0;
      while (System.nanoTime() - begin < time.toNanos()) {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        while (block.hasRemaining()) {
          channel.write(block);
        }
        channel.force(false);
        count++;
      }
      return count * NANOS / (System.nanoTime() - begin);
    } finally {
      Files.delete(file);
    }
  }

  /**
   * Rows of an index and a record that one connection inserts in a second, 2,000 a transaction,
   * into a table with a primary key and nothing else, each transaction on disk before the next.
   */
  static double inserts(PostgresLogin owner, byte[] record, int rows) throws SQLException {
    try (Connection connection = owner.open();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE bench_bare (index bigint PRIMARY KEY, value bytea NOT NULL)");
      connection.setAutoCommit(false);
      byte[][] values = new byte[ROWS_A_COMMIT][];
      Arrays.fill(values, record);
      long begin = System.nanoTime();
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO bench_bare SELECT * FROM unnest(?::bigint[], ?::bytea[])")) {
        for (long first = 0; first < rows; first += ROWS_A_COMMIT) {
          Long[] indexes =
              LongStream.range(first, first + ROWS_A_COMMIT).boxed().toArray(Long[]::new);
          insert.setArray(1, connection.createArrayOf("bigint", indexes));
          insert.setArray(2, connection.createArrayOf("bytea", values));
          insert.executeUpdate();
          connection.commit();
        }
      }
      double rate = rows * NANOS / (System.nanoTime() - begin);
      statement.execute("DROP TABLE bench_bare");
      connection.commit();
      return rate;
    }
  }

  /** Records that one thread hashes in a second, and nothing else. */
  static double hashes(byte[] record, int count) throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] seen = new byte[1];
    long begin = 0;
    for (int i = -count / 2; i < count; i++) {
      if (i == 0) {
        begin = System.nanoTime();
      }
      seen[0] ^= digest.digest(record)[0];
    }
    double rate = count * NANOS / (System.nanoTime() - begin);
    if (seen.length == 0) {
      throw new IllegalStateException("never");
    }
    return rate;
  }
}
