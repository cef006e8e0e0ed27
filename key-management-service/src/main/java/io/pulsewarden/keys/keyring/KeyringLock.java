package io.pulsewarden.keys.keyring;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One process at a time uses a keyring, since each holds all of it in memory and writes all of it.
 * The system lets go of the lock when the process ends, however it ends.
 */
final class KeyringLock implements AutoCloseable {

  private final FileChannel channel;

  private KeyringLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * @throws KeyringException if another process has it
   */
  static KeyringLock take(Path keyring) {
    Path file = keyring.toAbsolutePath();
    try {
      FileChannel channel =
          FileChannel.open(
              file.resolveSibling(file.getFileName() + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (locked(channel)) {
        return new KeyringLock(channel);
      }
      channel.close();
      throw new KeyringException("the keyring is in use by another process: " + file, null);
    } catch (IOException unusable) {
      throw new KeyringException("the keyring's folder can't be used: " + file, unusable);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException ours) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
