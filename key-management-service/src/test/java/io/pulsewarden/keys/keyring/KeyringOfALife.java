package io.pulsewarden.keys.keyring;

import io.pulsewarden.keys.kek.KekProvider;
import java.io.IOException;
import java.nio.file.Path;

/** A keyring as the service opens it: under its lock, until this is closed or the process ends. */
public final class KeyringOfALife implements AutoCloseable {

  private final KeyringLock lock;
  private final Keyring keyring;

  /**
   * @throws KeyringException if another process has it
   */
  public KeyringOfALife(Path file, String passphrase) {
    lock = KeyringLock.take(file);
    keyring = new Keyring(new KeyringFile(file, Passphrase.of(passphrase)));
  }

  public KekProvider provider() {
    return new KeyringKekProvider(keyring, Runnable::run);
  }

  @Override
  public void close() throws IOException {
    keyring.close();
    lock.close();
  }
}
