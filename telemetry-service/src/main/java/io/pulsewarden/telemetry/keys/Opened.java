package io.pulsewarden.telemetry.keys;

/** What became of opening one envelope. */
public sealed interface Opened {

  /** The plaintext; the receiver owns the array. */
  @SuppressWarnings("ArrayRecordComponent") // A carrier to be taken apart; nobody compares two.
  record Plaintext(byte[] bytes) implements Opened {

    @Override
    public String toString() {
      return "Plaintext[redacted]";
    }
  }

  /** Its subject was erased: nobody can read it any more. */
  record Erased() implements Opened {}

  /** Does not open: changed, moved, or sealed under a key that never was. */
  record Rejected() implements Opened {}
}
