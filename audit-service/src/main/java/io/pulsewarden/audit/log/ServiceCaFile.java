package io.pulsewarden.audit.log;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The services' CAs: all certificates of a PEM file, read again when it has changed. Only ever more
 * of them while the process runs: what was judged by one that is taken out stays judged. One
 * thread.
 */
final class ServiceCaFile implements Supplier<Set<X509Certificate>> {

  private static final System.Logger LOG = System.getLogger(ServiceCaFile.class.getName());

  private final Path pem;
  private byte[] read;
  private boolean told;
  private Set<X509Certificate> known;

  /**
   * Reads the file.
   *
   * @throws GeneralSecurityException if it holds no certificate
   */
  ServiceCaFile(Path pem) throws IOException, GeneralSecurityException {
    this.pem = pem;
    this.read = Files.readAllBytes(pem);
    this.known = certificates(read);
  }

  @Override
  public Set<X509Certificate> get() {
    try {
      byte[] now = Files.readAllBytes(pem);
      if (!Arrays.equals(now, read)) {
        Set<X509Certificate> more = new HashSet<>(known);
        more.addAll(certificates(now));
        known = Set.copyOf(more);
        read = now;
        LOG.log(
            System.Logger.Level.INFO,
            "services'' CAs read again known={0}",
            Integer.toString(known.size()));
      }
      told = false;
    } catch (IOException | GeneralSecurityException unusable) {
      // Such as a file that is just being written: the next look sees it whole.
      if (!told) {
        LOG.log(System.Logger.Level.WARNING, "the services' CAs can't be read", unusable);
      }
      told = true;
    }
    return known;
  }

  private static Set<X509Certificate> certificates(byte[] pem) throws GeneralSecurityException {
    Set<X509Certificate> all = new HashSet<>();
    for (Certificate one :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem))) {
      all.add((X509Certificate) one);
    }
    if (all.isEmpty()) {
      throw new GeneralSecurityException("the file of the services' CAs holds none");
    }
    return Set.copyOf(all);
  }
}
