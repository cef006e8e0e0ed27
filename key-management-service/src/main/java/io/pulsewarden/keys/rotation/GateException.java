package io.pulsewarden.keys.rotation;

/** A gate is not met: nothing was destroyed. */
final class GateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Gate gate;

  GateException(Gate gate) {
    super(gate.code(), null, false, false);
    this.gate = gate;
  }

  Gate gate() {
    return gate;
  }
}
