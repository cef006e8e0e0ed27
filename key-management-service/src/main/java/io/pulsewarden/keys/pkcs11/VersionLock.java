package io.pulsewarden.keys.pkcs11;

import io.pulsewarden.keys.kek.KekName;
import java.io.IOException;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * Lets one instance at a time make or destroy versions of a KEK: PKCS#11 keeps no two labels from
 * being alike, and with two alike the JDK opens no key of the token any more. Blocks.
 */
interface VersionLock {

  /** What is done meanwhile. */
  interface Work<T extends @Nullable Object> {
    T done() throws GeneralSecurityException, IOException;
  }

  /**
   * Does the work while no other instance does its own for that KEK.
   *
   * @throws io.pulsewarden.keys.kek.KekUnavailableException if it can't be had now
   */
  <T extends @Nullable Object> T during(KekName kek, Work<T> work)
      throws GeneralSecurityException, IOException;
}
