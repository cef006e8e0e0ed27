package io.pulsewarden.benchmarks.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A log as static files, written by its database's owner: the bytes that the service serves,
 * without asking it, and auditing it, for each of them.
 */
final class CopiedLog {

  private static final int WIDTH = 256;
  private static final int BASE = 1000;

  private final Connection connection;
  private final Path folder;

  CopiedLog(Connection connection, Path folder) {
    this.connection = connection;
    this.folder = folder;
  }

  /** Writes what a checkpoint of this size covers. */
  void write(byte[] note, long size) throws IOException, SQLException {
    connection.setAutoCommit(false);
    entries(size);
    long above = size / WIDTH;
    for (int level = 1; above > 0; level++) {
      upper(level, above);
      above /= WIDTH;
    }
    Files.write(folder.resolve("checkpoint"), note);
  }

  private void entries(long size) throws IOException, SQLException {
    try (PreparedStatement leaves =
        connection.prepareStatement(
            "SELECT value, hash FROM log_leaf WHERE index < ? ORDER BY index")) {
      leaves.setLong(1, size);
      leaves.setFetchSize(WIDTH * 8);
      ByteArrayOutputStream bundle = new ByteArrayOutputStream();
      ByteArrayOutputStream tile = new ByteArrayOutputStream();
      try (ResultSet rows = leaves.executeQuery()) {
        for (long index = 0; rows.next(); index++) {
          byte[] value = rows.getBytes(1);
          bundle.write(value.length >>> Byte.SIZE);
          bundle.write(value.length);
          bundle.writeBytes(value);
          tile.writeBytes(rows.getBytes(2));
          if ((index + 1) % WIDTH == 0 || index + 1 == size) {
            String name = name(index / WIDTH, (int) (index % WIDTH) + 1);
            file("tile/entries/" + name, bundle);
            file("tile/0/" + name, tile);
          }
        }
      }
    }
  }

  private void upper(int level, long count) throws IOException, SQLException {
    try (PreparedStatement below =
        connection.prepareStatement(
            "SELECT root FROM log_tile WHERE level = ? AND tile < ? ORDER BY tile")) {
      below.setInt(1, level - 1);
      below.setLong(2, count);
      ByteArrayOutputStream tile = new ByteArrayOutputStream();
      try (ResultSet rows = below.executeQuery()) {
        for (long index = 0; rows.next(); index++) {
          tile.writeBytes(rows.getBytes(1));
          if ((index + 1) % WIDTH == 0 || index + 1 == count) {
            file("tile/" + level + "/" + name(index / WIDTH, (int) (index % WIDTH) + 1), tile);
          }
        }
      }
    }
  }

  private void file(String name, ByteArrayOutputStream content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.write(file, content.toByteArray());
    content.reset();
  }

  private static String name(long index, int width) {
    String path = "%03d".formatted(index % BASE);
    for (long rest = index / BASE; rest > 0; rest /= BASE) {
      path = "x%03d/%s".formatted(rest % BASE, path);
    }
    return width == WIDTH ? path : path + ".p/" + width;
  }
}
