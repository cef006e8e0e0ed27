package io.pulsewarden.registry.csr;

/** The rules of docs/formats/certificates.md, in the order in which they are judged. */
public enum CsrRule {
  TOO_LARGE("csr-too-large", "The request is larger than 16 KiB."),
  NOT_BASE64("csr-not-base64", "The body is not base64."),
  MALFORMED("csr-malformed", "The body is not one PKCS#10 request in DER."),
  KEY_ALGORITHM("csr-key-algorithm-not-allowed", "The key must be EC, RSA or Ed25519."),
  CURVE("csr-curve-not-allowed", "The curve must be P-256 or P-384, by name."),
  POINT("csr-point-not-on-curve", "The public key is not a point of its curve's large group."),
  RSA_TOO_SMALL("csr-rsa-key-too-small", "An RSA key must have 2048 bits or more."),
  RSA_TOO_LARGE("csr-rsa-key-too-large", "An RSA key must have 4096 bits or less."),
  RSA_EXPONENT("csr-rsa-exponent-not-allowed", "The RSA exponent must be odd, from 65537 to 2^32."),
  RSA_MODULUS("csr-rsa-modulus-weak", "The RSA modulus is not one that a sound generator makes."),
  RSA_FAULTY_LIBRARY(
      "csr-rsa-key-roca", "The RSA key is from a generator whose keys can be factored (ROCA)."),
  RSA_CLOSE_PRIMES(
      "csr-rsa-primes-close", "The RSA key's primes are so close that it can be factored."),
  SIGNATURE_ALGORITHM(
      "csr-signature-algorithm-not-allowed",
      "The request must be signed by ECDSA or RSA PKCS#1 v1.5 with SHA-256, SHA-384 or SHA-512, or"
          + " by Ed25519."),
  SIGNATURE("csr-signature-invalid", "The request is not signed with the key that it carries."),
  ATTRIBUTE("csr-attribute-not-allowed", "The request has an attribute that is not allowed."),
  EXTENSION("csr-extension-not-allowed", "The request asks for an extension that is not allowed."),
  CA_REQUESTED("csr-ca-requested", "The request asks for a certificate authority."),
  CHALLENGE(
      "csr-challenge-not-of-this-session",
      "The challengePassword is not the tls-exporter value (RFC 9266) of this connection."),
  KEY_BLOCKED("csr-key-known-compromised", "The private half of this key is published."),
  ANOTHER_DEVICE("csr-names-another-device", "The request names a device that is not its sender."),
  SUBJECT_DIFFERS(
      "csr-subject-differs", "A renewal has the subject of the certificate that it renews."),
  SAN_DIFFERS("csr-san-differs", "A renewal has the SAN of the certificate that it renews."),
  /** Judged against the registry's own records, when the certificate is written. */
  KEY_IN_USE(
      "csr-key-in-use",
      "The key belongs to another device, or was reported compromised: make one.");

  private final String code;
  private final String detail;

  CsrRule(String code, String detail) {
    this.code = code;
    this.detail = detail;
  }

  /** Stable name: problem code, metric label, reason in the audit entry. */
  public String code() {
    return code;
  }

  /** For people; says what would have been right. */
  public String detail() {
    return detail;
  }
}
