package io.pulsewarden.audit.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;

/** The log's signing key on disk: PEM, private (PKCS#8) and public key, readable by the owner. */
public class SigningKeyFile {

  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";

  private final Path file;

  public SigningKeyFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  public boolean exists() {
    return Files.exists(file);
  }

  /**
   * Makes a key, unless the file is there already, and never replaces one.
   *
   * <p>The key is written and synced under another name and then linked to its own: a crash before
   * the link leaves a file that nobody reads, a crash after it a complete key.
   */
  public void create() throws IOException, GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    String pem =
        pem(PRIVATE, pair.getPrivate().getEncoded()) + pem(PUBLIC, pair.getPublic().getEncoded());
    Path folder = folder();
    Path draft =
        Files.createTempFile(
            folder,
            "log-key",
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(draft, pem, StandardCharsets.US_ASCII, StandardOpenOption.SYNC);
      link(draft);
    } finally {
      Files.deleteIfExists(draft);
    }
    try (FileChannel directory = FileChannel.open(folder, EnumSet.of(StandardOpenOption.READ))) {
      directory.force(true);
    }
  }

  /** The signer of this key, once it is seen that the file's two halves belong together. */
  public CheckpointSigner signer(String origin) throws IOException, GeneralSecurityException {
    String pem = Files.readString(file, StandardCharsets.US_ASCII);
    KeyFactory keys = KeyFactory.getInstance("Ed25519");
    PrivateKey privateKey = keys.generatePrivate(new PKCS8EncodedKeySpec(block(pem, PRIVATE)));
    PublicKey publicKey = keys.generatePublic(new X509EncodedKeySpec(block(pem, PUBLIC)));
    byte[] encoded = Ed25519.encode(publicKey);
    byte[] probe = "probe".getBytes(StandardCharsets.US_ASCII);
    if (!Ed25519.verify(encoded, probe, Ed25519.sign(privateKey, probe))) {
      throw new GeneralSecurityException("the signing key file holds two different keys");
    }
    return new CheckpointSigner(origin, privateKey, encoded);
  }

  private void link(Path draft) throws IOException {
    try {
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException another) {
      // Another instance was first, and its key is the log's.
      if (!exists()) {
        throw another;
      }
    }
  }

  private Path folder() {
    Path parent = file.getParent();
    return parent == null ? Path.of("/") : parent;
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), label);
  }

  private static byte[] block(String pem, String label) throws GeneralSecurityException {
    String begin = "-----BEGIN " + label + "-----";
    int from = pem.indexOf(begin);
    int to = pem.indexOf("-----END " + label + "-----");
    if (from < 0 || to < from) {
      throw new GeneralSecurityException("the signing key file is not complete");
    }
    return Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
  }
}
