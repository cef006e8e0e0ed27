package io.pulsewarden.platform.postgres;

import io.pulsewarden.platform.servers.BuildLock;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's programs, unpacked once.
 *
 * @param home the folder with {@code bin}, {@code lib} and {@code share}
 */
record PostgresBinaries(Path home) {

  private static final int EXECUTABLE = 0100;

  static PostgresBinaries unpacked(ServerFiles files) throws IOException, InterruptedException {
    Path jar = files.postgres().resolve("postgres-binaries.jar");
    String version = Long.toHexString(Files.size(jar));
    Path target = files.postgres().resolve("unpacked-" + version);
    return new PostgresBinaries(BuildLock.prepareOnce(target, folder -> unpack(jar, folder)));
  }

  /**
   * A command line for a program. PostgreSQL refuses to run as root; in a user namespace of its own
   * it is not root any more, though the files still are its own.
   */
  List<String> command(String program, String... arguments) {
    List<String> line = new ArrayList<>();
    if (runsAsRoot()) {
      line.add("unshare");
      line.add("-U");
    }
    line.add(home.resolve("bin").resolve(program).toString());
    line.addAll(List.of(arguments));
    return line;
  }

  private static boolean runsAsRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static void unpack(Path jar, Path folder) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(jar))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().endsWith(".txz")) {
          unpackTar(zip, folder);
          return;
        }
      }
    }
    throw new IOException("no PostgreSQL in " + jar);
  }

  private static void unpackTar(InputStream xz, Path folder) throws IOException {
    TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(xz)));
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      Path place = folder.resolve(entry.getName()).normalize();
      if (!place.startsWith(folder)) {
        throw new IOException("an archive entry outside its folder");
      }
      if (entry.isDirectory()) {
        Files.createDirectories(place);
      } else {
        Files.createDirectories(place.getParent());
        unpackFile(tar, entry, place);
      }
    }
  }

  private static void unpackFile(TarArchiveInputStream tar, TarArchiveEntry entry, Path place)
      throws IOException {
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(place, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, place);
    boolean executable = (entry.getMode() & EXECUTABLE) != 0;
    Files.setPosixFilePermissions(
        place, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }
}
