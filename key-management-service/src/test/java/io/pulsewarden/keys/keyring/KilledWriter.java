package io.pulsewarden.keys.keyring;

import io.pulsewarden.keys.kek.KekName;
import java.nio.file.Path;
import java.util.UUID;

/** A process that dies, as if killed, when its new keyring is written but not yet in place. */
final class KilledWriter {

  static final int EXIT_CODE = 137;

  private KilledWriter() {}

  public static void main(String[] arguments) {
    KeyringFile file =
        new KeyringFile(
            Path.of(arguments[0]),
            Passphrase.of(arguments[1]),
            (written, target) -> Runtime.getRuntime().halt(EXIT_CODE));
    new Keyring(file)
        .addVersion(new KekName(UUID.fromString(arguments[2]), Integer.parseInt(arguments[3])));
  }
}
