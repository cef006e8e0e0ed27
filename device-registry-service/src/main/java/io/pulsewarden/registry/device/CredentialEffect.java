package io.pulsewarden.registry.device;

/** What a transition does to the certificates and claims of the device. */
public enum CredentialEffect {
  KEPT("kept"),
  /** Revoked as certificateHold (RFC 5280, section 5.3.1), which can be lifted; claims end. */
  HELD("held"),
  /** What was on hold is good again, if it has not expired. */
  LIFTED("hold lifted"),
  /** For good; claims end. */
  REVOKED("revoked");

  private final String wire;

  CredentialEffect(String wire) {
    this.wire = wire;
  }

  public String wire() {
    return wire;
  }
}
