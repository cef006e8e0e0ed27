package io.pulsewarden.simulator.state;

import io.pulsewarden.simulator.SimulatorException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The folder that a simulator keeps its devices in, mode 0700. It belongs to one process at a time:
 * two that use the same devices would throw each other off the server for ever.
 */
public final class StateFolder implements AutoCloseable {

  private final Path folder;
  private final FileChannel lockFile;

  private StateFolder(Path folder, FileChannel lockFile) {
    this.folder = folder;
    this.lockFile = lockFile;
  }

  /**
   * Opens the folder, making it if need be.
   *
   * @throws SimulatorException if another simulator uses it
   */
  public static StateFolder open(Path folder) {
    try {
      Files.createDirectories(folder.toAbsolutePath().getParent());
      if (!Files.isDirectory(folder)) {
        Files.createDirectory(folder, ownerOnly());
      }
      FileChannel channel =
          FileChannel.open(
              folder.resolve("in-use"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new SimulatorException("another simulator is using " + folder);
      }
      return new StateFolder(folder, channel);
    } catch (IOException e) {
      throw new SimulatorException("cannot use the state folder " + folder, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (java.nio.channels.OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  /** The place of one device; the name is the simulator's own, such as {@code load-0001}. */
  public DeviceSlot slot(String name) {
    Path place = folder.resolve(name);
    try {
      if (!Files.isDirectory(place)) {
        Files.createDirectory(place, ownerOnly());
      }
      return new DeviceSlot(place);
    } catch (IOException e) {
      throw new SimulatorException("cannot use the state folder " + place, e);
    }
  }

  private static java.nio.file.attribute.FileAttribute<?> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new SimulatorException("cannot let go of the state folder " + folder, e);
    }
  }
}
