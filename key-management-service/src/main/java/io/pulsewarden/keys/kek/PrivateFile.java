package io.pulsewarden.keys.kek;

import io.pulsewarden.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;

/** A file with a secret in its first line. */
public final class PrivateFile {

  /** A group may read it: so is a secret given to a container that is nobody's own. */
  private static final Set<PosixFilePermission> TOO_MUCH =
      Set.of(
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.GROUP_WRITE);

  private PrivateFile() {}

  /**
   * The first line, which the receiver closes; no copy of the file stays in memory.
   *
   * @throws IOException if it can't be read, or everybody may read it
   */
  public static SecretBytes firstLine(Path file) throws IOException {
    if (!Collections.disjoint(Files.getPosixFilePermissions(file), TOO_MUCH)) {
      throw new IOException("others may read or change a secret's file, chmod 600 " + file);
    }
    byte[] content = Files.readAllBytes(file);
    int end = 0;
    while (end < content.length && content[end] != '\n' && content[end] != '\r') {
      end++;
    }
    byte[] line = Arrays.copyOf(content, end);
    Arrays.fill(content, (byte) 0);
    return SecretBytes.owning(line);
  }
}
