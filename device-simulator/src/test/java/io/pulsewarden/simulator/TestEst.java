package io.pulsewarden.simulator;

import io.pulsewarden.simulator.TestHttpsServer.Answer;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** EST as a server speaks it: reads requests, answers with certificates. */
public final class TestEst {

  private TestEst() {}

  /** The key that a base64 PKCS #10 request is for. */
  public static PublicKey requestedKey(String body) {
    try {
      return new JcaPKCS10CertificationRequest(Base64.getDecoder().decode(body)).getPublicKey();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A certs-only PKCS #7 answer. */
  public static Answer certificates(X509Certificate... all) {
    try {
      CMSSignedDataGenerator bag = new CMSSignedDataGenerator();
      bag.addCertificates(new JcaCertStore(List.of(all)));
      byte[] der = bag.generate(new CMSProcessableByteArray(new byte[0])).getEncoded();
      return new Answer(
          200,
          "application/pkcs7-mime; smime-type=certs-only",
          Base64.getMimeEncoder().encodeToString(der));
    } catch (GeneralSecurityException | CMSException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
