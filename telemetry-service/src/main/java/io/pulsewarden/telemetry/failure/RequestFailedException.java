package io.pulsewarden.telemetry.failure;

/**
 * Ends a request with a code and a sentence. The sentence is sent to the caller and may be logged:
 * it names parameters and rules, never values.
 */
public final class RequestFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final FailureCode code;

  public RequestFailedException(FailureCode code, String sentence) {
    super(sentence, null, false, false);
    this.code = code;
  }

  public FailureCode code() {
    return code;
  }
}
