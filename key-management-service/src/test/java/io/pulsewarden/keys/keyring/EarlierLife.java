package io.pulsewarden.keys.keyring;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider.ToWrap;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.secret.SecretBytes;
import java.nio.file.Path;
import java.util.List;

/** A keyring as an earlier process left it. */
public final class EarlierLife {

  private EarlierLife() {}

  /** Makes the keyring and its KEK, wraps the key, and is gone. */
  public static Wrapped wrapIn(
      Path file, String passphrase, KekName kek, SecretBytes key, ByteString associated) {
    try (Keyring keyring = new Keyring(new KeyringFile(file, Passphrase.of(passphrase)))) {
      return new KeyringKekProvider(keyring, Runnable::run)
          .wrap(List.of(new ToWrap(kek, key, associated)))
          .toCompletableFuture()
          .join()
          .getFirst();
    }
  }
}
