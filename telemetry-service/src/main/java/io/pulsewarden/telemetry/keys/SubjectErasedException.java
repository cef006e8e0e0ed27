package io.pulsewarden.telemetry.keys;

/** Nothing can be sealed for this subject any more: its key was destroyed. */
public final class SubjectErasedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public SubjectErasedException() {
    super("the subject was erased");
  }
}
