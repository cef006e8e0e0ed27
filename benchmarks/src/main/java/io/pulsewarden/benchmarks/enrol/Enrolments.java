package io.pulsewarden.benchmarks.enrol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.pulsewarden.benchmarks.enrol.EnrolBed.Claimed;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import io.pulsewarden.simulator.identity.DeviceKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSSignedData;

/**
 * First enrolments by claim over EST. Keys and requests are made before the clock starts, answers
 * are read after it stopped; the claim, the certificate and the audit entry are committed before
 * the registry answers.
 */
final class Enrolments {

  private static final int CONNECTIONS = 16;

  private final EnrolBed bed;
  private final List<Claimed> claimed;
  private final List<KeyPair> keys;
  private final List<byte[]> requests = new ArrayList<>();
  private final AtomicReferenceArray<byte[]> answers;

  Enrolments(EnrolBed bed, List<Claimed> claimed) throws Exception {
    this.bed = bed;
    this.claimed = claimed;
    this.keys = EnrolBed.inParallel(claimed.size(), _ -> DeviceKeys.generate());
    this.answers = new AtomicReferenceArray<>(claimed.size());
    URI est = bed.endpoints().est();
    for (int i = 0; i < claimed.size(); i++) {
      requests.add(request(est, claimed.get(i), keys.get(i)));
    }
  }

  private static byte[] request(URI est, Claimed one, KeyPair keys) {
    String credentials = one.device() + ":" + one.claim();
    return HttpsConnection.request(
        est,
        est.getPath() + "/simpleenroll",
        "Authorization: Basic %s\r\nContent-Type: application/pkcs10\r\n"
            .formatted(Base64.getEncoder().encodeToString(credentials.getBytes(US_ASCII))),
        Base64.getEncoder().encode(DeviceKeys.request(one.device(), keys)));
  }

  /** Enrols those from one number to below another. */
  ClosedLoop.Result run(int from, int until) throws Exception {
    return new ClosedLoop(bed.trust().context(), bed.endpoints().est(), CONNECTIONS)
        .run(
            from,
            until,
            new ClosedLoop.Work() {
              @Override
              public byte[] request(int number) {
                return requests.get(number);
              }

              @Override
              public void answered(int number, HttpsConnection.Answer answer) throws IOException {
                if (answer.status() != 200) {
                  throw new IOException("an enrolment was answered with " + answer.status());
                }
                answers.set(number, answer.body());
              }
            });
  }

  /** Those that were enrolled, each with its own certificate. */
  List<DeviceIdentity> identities(int from, int until) throws Exception {
    List<DeviceIdentity> identities = new ArrayList<>();
    for (int i = from; i < until; i++) {
      KeyPair own = keys.get(i);
      X509Certificate certificate =
          certificates(answers.get(i)).stream()
              .filter(each -> each.getPublicKey().equals(own.getPublic()))
              .findFirst()
              .orElseThrow(() -> new IOException("EST answered with another key's certificate"));
      identities.add(
          new DeviceIdentity(claimed.get(i).device(), own.getPrivate(), List.of(certificate)));
    }
    return identities;
  }

  /** The authority that issued a certificate. */
  X509Certificate issuerOf(X509Certificate certificate) throws Exception {
    HttpResponse<String> answer =
        bed.http()
            .send(
                HttpRequest.newBuilder(URI.create(bed.endpoints().est() + "/cacerts")).build(),
                BodyHandlers.ofString(US_ASCII));
    return certificates(answer.body().getBytes(US_ASCII)).stream()
        .filter(ca -> ca.getSubjectX500Principal().equals(certificate.getIssuerX500Principal()))
        .findFirst()
        .orElseThrow(() -> new IOException("/cacerts has not the issuer"));
  }

  private static List<X509Certificate> certificates(byte[] base64) throws Exception {
    List<X509Certificate> all = new ArrayList<>();
    for (X509CertificateHolder each :
        new CMSSignedData(Base64.getMimeDecoder().decode(base64))
            .getCertificates()
            .getMatches(null)) {
      all.add(new JcaX509CertificateConverter().getCertificate(each));
    }
    return all;
  }
}
