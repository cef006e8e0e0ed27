package io.pulsewarden.logverifier;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * Whose certificate an entry showed.
 *
 * @param since when the certificate begins
 */
record Signer(PublicKey key, Instant since) {

  private static final byte[] DOMAIN =
      "pulsewarden-audit-head-v1\0".getBytes(StandardCharsets.US_ASCII);

  @SuppressWarnings("JavaUtilDate") // X509Certificate gives no other
  static Signer of(byte[] certificate) throws GeneralSecurityException {
    X509Certificate read = ServiceCa.parse(certificate);
    return new Signer(read.getPublicKey(), read.getNotBefore().toInstant());
  }

  boolean signed(ChainRecord read, ChainRecord.Head head) {
    byte[] sequence = ByteBuffer.allocate(Long.BYTES).putLong(read.sequence()).array();
    try {
      Signature verifier = Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(key);
      verifier.update(DOMAIN);
      verifier.update((read.service() + "\0").getBytes(StandardCharsets.UTF_8));
      verifier.update(read.incarnation());
      verifier.update(sequence);
      verifier.update(read.previousHash());
      return verifier.verify(head.signature());
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }
}
