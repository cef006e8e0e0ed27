package io.pulsewarden.keys.pkcs11;

import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.secret.SecretBytes;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a wrapped key was changed, or its token does not work: what comes out of the JDK's
 * provider is the same for both, a link that broke among them. A key that is called changed is put
 * aside by whoever asked; so the token first has to show that it opens anything.
 */
final class TokenVerdict {

  /** Opens something, or null if that does not open. */
  interface Opening {
    @Nullable SecretBytes open() throws GeneralSecurityException;
  }

  private TokenVerdict() {}

  /**
   * What is wanted, or null if it was changed.
   *
   * @param probe opens what was wrapped just now by the same key
   * @throws KekUnavailableException if that does not open either
   */
  static @Nullable SecretBytes of(Opening wanted, Opening probe) throws GeneralSecurityException {
    SecretBytes opened = wanted.open();
    if (opened != null) {
      return opened;
    }
    try (SecretBytes proof = probe.open()) {
      if (proof == null) {
        throw new KekUnavailableException(
            KekFailure.UNREACHABLE,
            "the PKCS#11 token does not open what it wrapped just now",
            null);
      }
    }
    // It works now: it may not have a moment ago.
    return wanted.open();
  }
}
