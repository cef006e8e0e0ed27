package io.pulsewarden.platform.postgres;

import io.pulsewarden.platform.process.PrivateFiles;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * A backup of a running server's files, as PostgreSQL's manual has it (section 25.3.4, making a
 * base backup by the low level interface) and pg_basebackup takes it: the files as they are read,
 * torn or not, and the write-ahead log that makes them whole when a server starts on them.
 */
final class PhysicalBackup {

  /** What another server makes for itself, or must not take for its own. */
  private static final Set<String> EMPTY =
      Set.of(
          "pg_dynshmem",
          "pg_notify",
          "pg_replslot",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans",
          "pg_wal");

  private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts");

  private PhysicalBackup() {}

  /**
   * @param data the running server's
   * @param target does not exist yet
   */
  static void take(PostgresLogin superuser, Path data, Path target)
      throws IOException, SQLException {
    try (Connection connection = superuser.open();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_backup_start('pulsewarden', true)");
      copy(data, target, EMPTY);
      try (ResultSet stopped =
          statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
        stopped.next();
        PrivateFiles.replace(target.resolve("backup_label"), stopped.getString(1));
      }
      // All that was written until the backup stopped stands here.
      copy(data.resolve("pg_wal"), target.resolve("pg_wal"), Set.of());
    }
  }

  private static void copy(Path from, Path to, Set<String> empty) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            PrivateFiles.folder(to.resolve(from.relativize(folder).toString()));
            return empty.contains(from.relativize(folder).toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!LEFT_OUT.contains(file.getFileName().toString())) {
              copyFile(file, to.resolve(from.relativize(file).toString()));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            return gone(failure);
          }
        });
  }

  private static void copyFile(Path file, Path target) throws IOException {
    try {
      Files.copy(file, target);
    } catch (NoSuchFileException deleted) {
      gone(deleted);
    }
  }

  /** A file that the server deletes meanwhile is deleted by its log, too. */
  private static FileVisitResult gone(IOException failure) throws IOException {
    if (failure instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw failure;
  }
}
