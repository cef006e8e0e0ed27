package io.pulsewarden.auditclient;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.List;

/** Signs the heads of a service's chains with the key of its certificate. Thread-safe. */
public interface HeadSigner {

  /**
   * A signature and what is needed to check it.
   *
   * @param signature SHA256withECDSA, DER
   * @param fingerprint SHA-256 over the DER of the signer's certificate
   * @param chain DER certificates, the signer's first
   */
  record HeadSignature(ByteString signature, ByteString fingerprint, List<ByteString> chain) {
    public HeadSignature {
      chain = List.copyOf(chain);
    }
  }

  /**
   * Signs these bytes.
   *
   * @throws IllegalStateException if the key can't be used
   */
  HeadSignature sign(byte[] message);

  /**
   * The signer of a certificate on disk. A renewed certificate is taken over with the first head
   * after both files were replaced; until they match, the old pair signs.
   *
   * @param certificateChain PEM certificates, the service's own first
   * @param key PEM, PKCS#8, an EC key on P-256
   * @throws IllegalStateException if the files can't be read or don't belong together
   */
  static HeadSigner fromPem(Path certificateChain, Path key) {
    return new PemHeadSigner(certificateChain, key);
  }
}
