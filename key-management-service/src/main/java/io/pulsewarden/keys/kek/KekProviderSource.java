package io.pulsewarden.keys.kek;

/** One way to keep KEKs, which configuration may choose. */
public interface KekProviderSource {

  /** As in {@code pulsewarden.kek.provider}. */
  String name();

  /**
   * Opens it, once; it closes itself when the service stops.
   *
   * @throws RuntimeException whose message is one line for the operator, if it can't be opened
   */
  KekProvider open();
}
