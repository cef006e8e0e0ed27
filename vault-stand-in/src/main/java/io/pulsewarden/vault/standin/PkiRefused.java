package io.pulsewarden.vault.standin;

/** A request that Vault calls wrong. */
final class PkiRefused extends Exception {

  private static final long serialVersionUID = 1L;

  PkiRefused(String message) {
    super(message);
  }
}
