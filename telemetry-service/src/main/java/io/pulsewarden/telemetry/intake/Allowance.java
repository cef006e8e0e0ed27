package io.pulsewarden.telemetry.intake;

/** What a message's sender may still bring into quarantine; asked before anything is sealed. */
@FunctionalInterface
public interface Allowance {

  /** Whatever comes. */
  Allowance ALL = _ -> true;

  /**
   * Counts what goes to quarantine.
   *
   * @param weight refused records, or kilobytes of them, whichever is more
   * @return false if it is too much: then nothing of the message is kept
   */
  boolean take(long weight);

  /** Whether devices share it that can't be told apart when it says no. */
  default boolean isShared() {
    return false;
  }

  /** One that devices share: none of them is to be shut out for what another has in quarantine. */
  static Allowance shared(Allowance allowance) {
    return new Allowance() {
      @Override
      public boolean take(long weight) {
        return allowance.take(weight);
      }

      @Override
      public boolean isShared() {
        return true;
      }
    };
  }
}
