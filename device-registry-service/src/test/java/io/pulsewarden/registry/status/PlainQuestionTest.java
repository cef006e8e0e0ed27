package io.pulsewarden.registry.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.junit.jupiter.api.Test;

/** Of the questions that are kept there is one for each certificate: nobody can make up others. */
class PlainQuestionTest {

  @Test
  void shouldKnowTheShortestQuestionAboutOneCertificate() throws Exception {
    assertThat(isPlain(new OCSPReqBuilder().addRequest(id(1, DERNull.INSTANCE)))).isTrue();
  }

  @Test
  void shouldNotTakeForPlainWhatCanBeMadeUpAnyNumberOfTimes() throws Exception {
    CertificateID one = id(1, DERNull.INSTANCE);
    assertThat(isPlain(new OCSPReqBuilder().addRequest(one).addRequest(id(2, DERNull.INSTANCE))))
        .as("two certificates")
        .isFalse();
    assertThat(isPlain(new OCSPReqBuilder().addRequest(one, any(new byte[3_900]))))
        .as("an extension of the one request")
        .isFalse();
    assertThat(isPlain(new OCSPReqBuilder().addRequest(one).setRequestExtensions(any(new byte[9]))))
        .as("an extension of the whole")
        .isFalse();
    assertThat(isPlain(new OCSPReqBuilder().addRequest(id(1, new DERUTF8String("padding")))))
        .as("parameters of the hash")
        .isFalse();
  }

  private static boolean isPlain(OCSPReqBuilder builder) throws Exception {
    byte[] der = builder.build().getEncoded();
    return StatusQuestion.parse(der).orElseThrow().isPlain(der);
  }

  private static Extensions any(byte[] value) throws Exception {
    return new Extensions(
        new Extension(
            OCSPObjectIdentifiers.id_pkix_ocsp_response, false, new DEROctetString(value)));
  }

  private static CertificateID id(int serialNumber, ASN1Encodable parameters) {
    return new CertificateID(
        new CertID(
            new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1, parameters),
            new DEROctetString(new byte[20]),
            new DEROctetString(new byte[20]),
            new ASN1Integer(BigInteger.valueOf(serialNumber))));
  }
}
