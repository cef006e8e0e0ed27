package io.pulsewarden.secret;

import java.io.IOException;
import java.nio.file.Path;

/** More people than its reader may read or change a secret's file; nothing of it was read. */
public final class ExposedSecretException extends IOException {

  private static final long serialVersionUID = 1L;

  ExposedSecretException(Path file) {
    super("group or others may read or change a secret's file, chmod 600 " + file);
  }
}
