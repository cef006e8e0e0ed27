package io.pulsewarden.telemetry.devicefeed;

/** What the registry says of a device's certificate, now. */
public enum CertificateStatus {
  GOOD,
  /** Works again once the registry releases the device. */
  SUSPENDED,
  /** Never works again. */
  REVOKED,
  /** The registry does not name it: not the device's, or not any more. */
  UNNAMED
}
