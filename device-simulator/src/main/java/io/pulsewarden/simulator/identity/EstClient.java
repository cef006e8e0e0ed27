package io.pulsewarden.simulator.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewarden.simulator.SimulatorException;
import io.pulsewarden.simulator.endpoints.HttpRefusal;
import io.pulsewarden.simulator.endpoints.JsonHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;

/** First enrolment over EST (RFC 7030 sections 4.1 and 4.2, encodings of RFC 8951). */
public final class EstClient {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final HttpClient http;
  private final URI base;

  /**
   * @param http trusts the EST server
   * @param base the path that {@code cacerts} and {@code simpleenroll} are under
   */
  public EstClient(HttpClient http, URI base) {
    this.http = http;
    this.base = base;
  }

  /**
   * Proves itself with the claim, and gets a certificate for the device's own key.
   *
   * @return the device's certificate, followed by the authorities between it and the root
   * @throws HttpRefusal if the server refuses; 401 if the claim is used, expired or wrong
   */
  public List<X509Certificate> enrol(UUID device, String claim, KeyPair keys)
      throws InterruptedException {
    List<X509Certificate> authorities = certificates(get("/cacerts"));
    List<X509Certificate> issued = certificates(simpleEnroll(device, claim, keys));
    X509Certificate own =
        issued.stream()
            .filter(each -> each.getPublicKey().equals(keys.getPublic()))
            .findFirst()
            .orElseThrow(
                () -> new SimulatorException("EST answered with another key's certificate"));
    authorities.addAll(issued);
    return chain(own, authorities);
  }

  private HttpRequest get(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT).build();
  }

  private HttpRequest simpleEnroll(UUID device, String claim, KeyPair keys) {
    String credentials = Base64.getEncoder().encodeToString((device + ":" + claim).getBytes(UTF_8));
    String body = Base64.getEncoder().encodeToString(DeviceKeys.request(device, keys));
    return HttpRequest.newBuilder(URI.create(base + "/simpleenroll"))
        .timeout(TIMEOUT)
        .header("Authorization", "Basic " + credentials)
        .header("Content-Type", "application/pkcs10")
        .POST(BodyPublishers.ofString(body, US_ASCII))
        .build();
  }

  private List<X509Certificate> certificates(HttpRequest request) throws InterruptedException {
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new HttpRefusal(
            request.uri(), answer.statusCode(), JsonHttp.errorCode(answer.body()));
      }
      CMSSignedData bag = new CMSSignedData(Base64.getMimeDecoder().decode(answer.body()));
      List<X509Certificate> all = new ArrayList<>();
      for (X509CertificateHolder each : bag.getCertificates().getMatches(null)) {
        all.add(new JcaX509CertificateConverter().getCertificate(each));
      }
      return all;
    } catch (CMSException | GeneralSecurityException | IllegalArgumentException e) {
      throw new SimulatorException("EST did not answer with certificates", e);
    } catch (IOException e) {
      throw new SimulatorException("no answer from " + base.getAuthority(), e);
    }
  }

  // The root stays out: whoever checks the chain has to know it already (RFC 8446 section 4.4.2).
  private static List<X509Certificate> chain(
      X509Certificate own, List<X509Certificate> authorities) {
    List<X509Certificate> chain = new ArrayList<>(List.of(own));
    while (true) {
      X509Certificate last = chain.getLast();
      X509Certificate issuer =
          authorities.stream()
              .filter(each -> issued(each, last))
              .findFirst()
              .orElseThrow(
                  () -> new SimulatorException("EST's authorities did not issue the certificate"));
      if (issuer.getSubjectX500Principal().equals(issuer.getIssuerX500Principal())) {
        return List.copyOf(chain);
      }
      chain.add(issuer);
    }
  }

  private static boolean issued(X509Certificate issuer, X509Certificate certificate) {
    if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
