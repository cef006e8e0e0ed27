package io.pulsewarden.telemetry.session;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A verified device certificate: who the device is.
 *
 * @param device of the one URI name, {@code urn:uuid:<device id>}
 * @param fingerprint SHA-256 over the DER, lower-case hex
 */
record DeviceCertificate(UUID device, String fingerprint, long notAfterMillis) {

  private static final String URN = "urn:uuid:";
  private static final int URI_NAME = 6;

  /** Empty unless it has exactly one URI name, and that is a device's. */
  static Optional<DeviceCertificate> of(X509Certificate certificate) {
    try {
      List<String> uris = uris(certificate);
      if (uris.size() != 1 || !uris.getFirst().startsWith(URN)) {
        return Optional.empty();
      }
      String text = uris.getFirst().substring(URN.length());
      UUID device = UUID.fromString(text);
      if (!device.toString().equals(text)) {
        return Optional.empty();
      }
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return Optional.of(
          new DeviceCertificate(
              device,
              HexFormat.of().formatHex(digest),
              certificate.getNotAfter().toInstant().toEpochMilli()));
    } catch (CertificateParsingException
        | CertificateEncodingException
        | IllegalArgumentException noDevice) {
      return Optional.empty();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static List<String> uris(X509Certificate certificate) throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names == null
        ? List.of()
        : names.stream()
            .filter(name -> name.getFirst() instanceof Integer type && type == URI_NAME)
            .map(name -> String.valueOf(name.get(1)))
            .toList();
  }
}
