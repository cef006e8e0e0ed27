package io.pulsewarden.platform.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Ports that were given to somebody who may not listen yet, by this process or another. A claim
 * ends with its process, since the system takes the locks of that away. Thread-safe.
 */
final class ClaimedPorts {

  private final Set<Integer> given = ConcurrentHashMap.newKeySet();

  /** Never closed: closing any channel of a file lets go of all locks that a process has on it. */
  private final @Nullable FileChannel shared;

  /** The JVM forgets a lock that nobody refers to, and would let a second copy of this class in. */
  private final Queue<FileLock> held = new ConcurrentLinkedQueue<>();

  /**
   * Claims that are shared with all who name the same file. If it can't be written, as another
   * user's, or locked, they are this object's alone.
   *
   * @param file of which whoever has port n locks byte n; nothing is ever written to it
   */
  ClaimedPorts(Path file) {
    this.shared = open(file);
  }

  /** Whether the port is the caller's from now on; false if it is somebody's. */
  boolean claim(int port) {
    return given.add(port) && lock(port);
  }

  private boolean lock(int port) {
    FileChannel channel = shared;
    if (channel == null) {
      return true;
    }
    try {
      FileLock lock = channel.tryLock(port, 1, false);
      return lock != null && held.add(lock);
    } catch (OverlappingFileLockException givenInThisProcess) {
      return false;
    } catch (IOException noLocksHere) {
      return true;
    }
  }

  private static @Nullable FileChannel open(Path file) {
    try {
      return FileChannel.open(
          file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException notOurs) {
      return null;
    }
  }
}
