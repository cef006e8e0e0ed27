package io.pulsewarden.keys.rotation;

/** Rows do not open and keep a rotation from ending. */
final class StuckKeysException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int keys;

  StuckKeysException(int keys) {
    super("wrapped keys do not open", null, false, false);
    this.keys = keys;
  }

  int keys() {
    return keys;
  }
}
