package io.pulsewarden.audit.siem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a stream shows and believes in TLS. Files are read at each connection, so that renewed ones
 * are taken over.
 */
record PemTls(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {

  private static final char[] IN_MEMORY = new char[0];

  PemTls {
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException("a client certificate and its key go together");
    }
  }

  SSLContext context() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(identity(), anchors(), null);
      return context;
    } catch (GeneralSecurityException unusable) {
      throw new IOException("the destination's certificates can't be used", unusable);
    }
  }

  private TrustManager @Nullable [] anchors() throws IOException, GeneralSecurityException {
    if (ca.isEmpty()) {
      return null;
    }
    KeyStore trusted = empty();
    int number = 0;
    for (Certificate one : certificates(ca.get())) {
      trusted.setCertificateEntry("ca" + number++, one);
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    return managers.getTrustManagers();
  }

  private KeyManager @Nullable [] identity() throws IOException, GeneralSecurityException {
    if (certificate.isEmpty() || key.isEmpty()) {
      return null;
    }
    Certificate[] chain = certificates(certificate.get()).toArray(Certificate[]::new);
    if (chain.length == 0) {
      throw new InvalidKeyException("no certificate");
    }
    KeyStore own = empty();
    own.setKeyEntry(
        "own", privateKey(key.get(), chain[0].getPublicKey().getAlgorithm()), IN_MEMORY, chain);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(own, IN_MEMORY);
    return managers.getKeyManagers();
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path pem)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(pem)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
  }

  private static PrivateKey privateKey(Path file, String algorithm)
      throws IOException, GeneralSecurityException {
    byte[] pem = Files.readAllBytes(file);
    byte[] body = new byte[0];
    byte[] der = new byte[0];
    try {
      body = body(pem);
      der = Base64.getMimeDecoder().decode(body);
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (IllegalArgumentException malformed) {
      throw new InvalidKeyException("not a PEM key", malformed);
    } finally {
      Arrays.fill(pem, (byte) 0);
      Arrays.fill(body, (byte) 0);
      Arrays.fill(der, (byte) 0);
    }
  }

  /** What stands between the two lines of a PKCS#8 key (RFC 7468). */
  private static byte[] body(byte[] pem) throws InvalidKeyException {
    byte[] begin = "-----BEGIN PRIVATE KEY-----".getBytes(StandardCharsets.US_ASCII);
    byte[] end = "-----END PRIVATE KEY-----".getBytes(StandardCharsets.US_ASCII);
    int from = indexOf(pem, begin) + begin.length;
    int to = indexOf(pem, end);
    if (from < begin.length || to < from) {
      throw new InvalidKeyException("not a PKCS#8 key in PEM");
    }
    return Arrays.copyOfRange(pem, from, to);
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return Integer.MIN_VALUE;
  }
}
