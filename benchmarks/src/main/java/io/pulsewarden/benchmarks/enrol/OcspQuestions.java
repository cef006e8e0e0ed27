package io.pulsewarden.benchmarks.enrol;

import io.pulsewarden.benchmarks.enrol.ClosedLoop.Work;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Asks for the status of certificates by POST, as RFC 6960, appendix A.1, says. Each answer is
 * looked at: it has to be a successful one; one in a hundred is read whole and has to say 'good' of
 * the certificate that was asked for.
 */
final class OcspQuestions implements Work {

  private static final int READ_ONE_IN = 100;
  private static final int NONCE_BYTES = 32;

  /** SEQUENCE, its length in two bytes or three, ENUMERATED of one byte: successful. */
  private static final int STATUS_TAG = 0x0A;

  private final List<CertificateID> asked = new ArrayList<>();
  private final List<byte[]> requests = new ArrayList<>();

  /**
   * Prepares the requests.
   *
   * @param count how many; certificates are asked for in turn
   * @param nonces whether each has a nonce of its own, so that no signature can be used twice
   */
  OcspQuestions(
      URI registry,
      X509Certificate issuer,
      List<X509Certificate> certificates,
      int count,
      boolean nonces)
      throws Exception {
    DigestCalculator sha1 =
        new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1);
    JcaX509CertificateHolder ca = new JcaX509CertificateHolder(issuer);
    SecureRandom random = new SecureRandom();
    for (int i = 0; i < count; i++) {
      CertificateID id =
          i < certificates.size()
              ? new CertificateID(sha1, ca, certificates.get(i).getSerialNumber())
              : asked.get(i % certificates.size());
      asked.add(id);
      if (!nonces && i >= certificates.size()) {
        requests.add(requests.get(i % certificates.size()));
      } else {
        requests.add(
            HttpsConnection.request(
                registry,
                "/ocsp",
                "Content-Type: application/ocsp-request\r\n",
                question(id, nonces, random)));
      }
    }
  }

  private static byte[] question(CertificateID id, boolean nonce, SecureRandom random)
      throws Exception {
    OCSPReqBuilder builder = new OCSPReqBuilder().addRequest(id);
    if (nonce) {
      byte[] bytes = new byte[NONCE_BYTES];
      random.nextBytes(bytes);
      builder.setRequestExtensions(
          new Extensions(
              new Extension(
                  OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                  false,
                  new DEROctetString(bytes).getEncoded())));
    }
    return builder.build().getEncoded();
  }

  int count() {
    return requests.size();
  }

  @Override
  public byte[] request(int number) {
    return requests.get(number);
  }

  @Override
  public void answered(int number, HttpsConnection.Answer answer) throws Exception {
    if (answer.status() != 200 || !isSuccessful(answer.body())) {
      throw new IOException("no successful OCSP answer: status " + answer.status());
    }
    if (number % READ_ONE_IN == 0) {
      // Bouncy Castle says good by null.
      BasicOCSPResp basic = (BasicOCSPResp) new OCSPResp(answer.body()).getResponseObject();
      if (!basic.getResponses()[0].getCertID().equals(asked.get(number))
          || basic.getResponses()[0].getCertStatus() != null) {
        throw new IOException("an OCSP answer that says something else than asked");
      }
    }
  }

  private static boolean isSuccessful(byte[] der) {
    for (int at = 2; at < 6 && at + 2 < der.length; at++) {
      if (der[at] == STATUS_TAG && der[at + 1] == 1) {
        return der[at + 2] == 0;
      }
    }
    return false;
  }
}
