package io.pulsewarden.auditclient;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Reads the service's certificate and key, and reads them again when they were renewed. */
final class PemHeadSigner implements HeadSigner {

  private static final System.Logger LOG = System.getLogger(PemHeadSigner.class.getName());
  private static final String ALGORITHM = "SHA256withECDSA";

  private final Path certificateFile;
  private final Path keyFile;
  private KeyPair pair;
  private List<Object> version;

  /** What belongs together. */
  private record KeyPair(PrivateKey key, ByteString fingerprint, List<ByteString> chain) {}

  PemHeadSigner(Path certificateFile, Path keyFile) {
    this.certificateFile = certificateFile;
    this.keyFile = keyFile;
    try {
      this.version = versionOnDisk();
      this.pair = load();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException unusable) {
      throw new IllegalStateException("the service's certificate and key can't be used", unusable);
    }
  }

  @Override
  public synchronized HeadSignature sign(byte[] message) {
    takeOverRenewed();
    try {
      return new HeadSignature(
          ByteString.copyFrom(sign(pair.key(), message)), pair.fingerprint(), pair.chain());
    } catch (GeneralSecurityException failed) {
      throw new IllegalStateException("the head can't be signed", failed);
    }
  }

  /** A certificate and a key are two files: a look between their two writes must not win. */
  private void takeOverRenewed() {
    try {
      List<Object> seen = versionOnDisk();
      if (!seen.equals(version)) {
        pair = load();
        version = seen;
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException notYet) {
      LOG.log(System.Logger.Level.WARNING, "renewed certificate not usable yet", notYet);
    }
  }

  private List<Object> versionOnDisk() throws IOException {
    return List.of(
        Files.getLastModifiedTime(certificateFile),
        Files.getLastModifiedTime(keyFile),
        Files.size(certificateFile));
  }

  private KeyPair load() throws IOException, GeneralSecurityException {
    List<Certificate> certificates = new ArrayList<>();
    for (byte[] der : PemBlocks.read(Files.readString(certificateFile), "CERTIFICATE")) {
      certificates.add(
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der)));
    }
    List<byte[]> keys = PemBlocks.read(Files.readString(keyFile), "PRIVATE KEY");
    if (certificates.isEmpty() || keys.size() != 1) {
      throw new GeneralSecurityException("one key and its certificates are expected");
    }
    PrivateKey key =
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(keys.getFirst()));
    requireMatch(key, certificates.getFirst());
    List<ByteString> chain = new ArrayList<>();
    for (Certificate certificate : certificates) {
      chain.add(ByteString.copyFrom(certificate.getEncoded()));
    }
    byte[] fingerprint =
        MessageDigest.getInstance("SHA-256").digest(certificates.getFirst().getEncoded());
    return new KeyPair(key, ByteString.copyFrom(fingerprint), List.copyOf(chain));
  }

  private static void requireMatch(PrivateKey key, Certificate certificate)
      throws GeneralSecurityException {
    byte[] probe = "probe".getBytes(StandardCharsets.US_ASCII);
    Signature verifier = Signature.getInstance(ALGORITHM);
    verifier.initVerify(certificate.getPublicKey());
    verifier.update(probe);
    if (!verifier.verify(sign(key, probe))) {
      throw new GeneralSecurityException("the key is not the certificate's");
    }
  }

  private static byte[] sign(PrivateKey key, byte[] message) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(ALGORITHM);
    signature.initSign(key);
    signature.update(message);
    return signature.sign();
  }

  /** The blocks of a PEM file (RFC 7468). */
  private static final class PemBlocks {

    static List<byte[]> read(String text, String label) {
      String begin = "-----BEGIN " + label + "-----";
      String end = "-----END " + label + "-----";
      List<byte[]> blocks = new ArrayList<>();
      int from = text.indexOf(begin);
      while (from >= 0) {
        int to = text.indexOf(end, from);
        if (to < 0) {
          throw new IllegalArgumentException("a PEM block without an end");
        }
        blocks.add(Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to)));
        from = text.indexOf(begin, to);
      }
      return blocks;
    }
  }
}
