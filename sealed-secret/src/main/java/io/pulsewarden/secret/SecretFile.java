package io.pulsewarden.secret;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Set;

/**
 * Files that hold a secret and that nobody else may read: neither others nor, where the file is our
 * own, its group. A file that somebody else owns is ours to read by its group alone, which is how a
 * container that is not root is given one; so there its group may read. Who may write it could put
 * another secret there, so group and others never may.
 *
 * <p>A file system without POSIX permissions has nothing to look at: there the log says that it was
 * not looked, and the file is read.
 */
public final class SecretFile {

  private static final System.Logger LOG = System.getLogger(SecretFile.class.getName());
  private static final String UID = "unix:uid";

  private SecretFile() {}

  /**
   * The first line, which the receiver closes; no copy of the file stays in memory.
   *
   * @throws ExposedSecretException if more people than its reader may read or change it
   * @throws IOException if it can't be read
   */
  public static SecretBytes firstLine(Path file) throws IOException {
    requirePrivate(file);
    byte[] content = Files.readAllBytes(file);
    int end = 0;
    while (end < content.length && content[end] != '\n' && content[end] != '\r') {
      end++;
    }
    byte[] line = Arrays.copyOf(content, end);
    Arrays.fill(content, (byte) 0);
    return SecretBytes.owning(line);
  }

  /**
   * Looks at its permissions, and through a link at those of what it leads to.
   *
   * @throws ExposedSecretException if more people than its reader may read or change it
   * @throws IOException if it is not there
   */
  public static void requirePrivate(Path file) throws IOException {
    require(file, isOurs(file));
  }

  /**
   * The same of a file whose mode is not ours to choose, such as a pod's token, which the kubelet
   * lets the pod's group read: its group may.
   *
   * @throws ExposedSecretException if others may read it, or somebody else change it
   * @throws IOException if it is not there
   */
  public static void requireKeptFromOthers(Path file) throws IOException {
    require(file, false);
  }

  private static void require(Path file, boolean ours) throws IOException {
    try {
      if (exposed(Files.getPosixFilePermissions(file), ours)) {
        throw new ExposedSecretException(file);
      }
    } catch (UnsupportedOperationException noPermissions) {
      if (!Files.exists(file)) {
        throw new NoSuchFileException(file.toString());
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "who may read a secret''s file is not known, its file system has no permissions: file={0}",
          file);
    }
  }

  /**
   * @param ours whether we could read it without being of its group
   */
  static boolean exposed(Set<PosixFilePermission> permissions, boolean ours) {
    return permissions.contains(PosixFilePermission.OTHERS_READ)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)
        || permissions.contains(PosixFilePermission.GROUP_WRITE)
        || (ours && permissions.contains(PosixFilePermission.GROUP_READ));
  }

  /** By number: in a container neither of the two need have a name. */
  static boolean isOurs(Path file) throws IOException {
    try {
      return ((Number) Files.getAttribute(file, UID)).longValue() == new UnixSystem().getUid();
    } catch (UnsupportedOperationException noOwner) {
      // The stricter rule is for our own.
      return true;
    }
  }
}
