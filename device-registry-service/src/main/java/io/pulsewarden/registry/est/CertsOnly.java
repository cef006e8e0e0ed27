package io.pulsewarden.registry.est;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAbsentContent;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataGenerator;

/** Certificates in EST's form: PKCS#7 certs-only (RFC 5272, section 4.1), base64 (RFC 8951). */
final class CertsOnly {

  /** Plain line feeds: what {@code base64 -d} takes, and every EST client. */
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private CertsOnly() {}

  static byte[] encode(List<X509Certificate> certificates) {
    try {
      CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
      generator.addCertificates(new JcaCertStore(certificates));
      byte[] der = generator.generate(new CMSAbsentContent()).getEncoded("DER");
      return LINES.encode(der);
    } catch (CertificateEncodingException | CMSException | IOException unreadable) {
      throw new IllegalStateException("certificates can't be encoded", unreadable);
    }
  }
}
