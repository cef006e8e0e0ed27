package io.pulsewarden.envelope;

/**
 * These bytes are not an envelope of this key and place. One error for every cause, without one:
 * whoever changes bytes must not learn which check found it.
 */
public final class EnvelopeRejectedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public EnvelopeRejectedException() {
    super("the envelope was rejected");
  }
}
