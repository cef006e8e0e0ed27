package io.pulsewarden.telemetry.failure;

/**
 * Where an exception came from, without what it says: a driver's or parser's message may quote the
 * value it stumbled over.
 */
final class Unspoken extends Exception {

  private static final long serialVersionUID = 1L;

  private Unspoken(String type) {
    super(type);
  }

  static Unspoken of(Throwable original) {
    Unspoken unspoken = new Unspoken(original.getClass().getName());
    unspoken.setStackTrace(original.getStackTrace());
    Throwable cause = original.getCause();
    if (cause != null) {
      unspoken.initCause(of(cause));
    }
    return unspoken;
  }
}
