package io.pulsewarden.logverifier;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** A witness's own key: it says, with a time, which tree it has seen (C2SP tlog-cosignature). */
final class WitnessKey {

  private static final int RAW_KEY = 32;

  private final String name;
  private final PrivateKey privateKey;
  private final byte[] typed;

  private WitnessKey(String name, PrivateKey privateKey, byte[] publicKey) {
    this.name = name;
    this.privateKey = privateKey;
    this.typed = ByteBuffer.allocate(1 + RAW_KEY).put(NoteKeys.COSIGNATURE).put(publicKey).array();
  }

  /**
   * Reads the key, or makes one where there is none: two lines of base64, PKCS#8 and the raw public
   * key, readable by the owner alone.
   */
  static WitnessKey open(String name, Path file) throws IOException, GeneralSecurityException {
    if (!name.matches("[!-*,-~]+")) {
      throw new IllegalArgumentException("a witness's name has neither spaces nor a plus");
    }
    if (!Files.exists(file)) {
      create(file);
    }
    List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
    if (lines.size() != 2) {
      throw new GeneralSecurityException("the witness's key file is not complete");
    }
    PrivateKey privateKey =
        KeyFactory.getInstance("Ed25519")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(lines.get(0))));
    return new WitnessKey(name, privateKey, Base64.getDecoder().decode(lines.get(1)));
  }

  /** Under another name first: a crash leaves no half of a key. */
  private static void create(Path file) throws IOException, GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] spki = pair.getPublic().getEncoded();
    String text =
        Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n"
            + Base64.getEncoder()
                .encodeToString(Arrays.copyOfRange(spki, spki.length - RAW_KEY, spki.length))
            + "\n";
    Path absolute = file.toAbsolutePath();
    Path draft =
        Files.createTempFile(
            absolute.getParent(),
            "witness",
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Durable.write(draft, text.getBytes(StandardCharsets.US_ASCII));
      Files.createLink(absolute, draft);
    } catch (FileAlreadyExistsException another) {
      // Another process was first; its key is the witness's.
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** As others configure it: {@code name+hash+base64} with type 4. */
  String verifierKey() {
    return NoteKeys.text(name, typed);
  }

  /**
   * A note's signature line, with its newline.
   *
   * @param body the note's text, with its last newline
   * @param time seconds since 1970
   */
  String cosign(String body, long time) throws GeneralSecurityException {
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(privateKey);
    signer.update(message(body, time));
    byte[] signature = signer.sign();
    byte[] line =
        ByteBuffer.allocate(Integer.BYTES + Long.BYTES + signature.length)
            .putInt(NoteKeys.id(name, typed))
            .putLong(time)
            .put(signature)
            .array();
    return "\u2014 " + name + " " + Base64.getEncoder().encodeToString(line) + "\n";
  }

  static byte[] message(String body, long time) {
    return ("cosignature/v1\ntime " + time + "\n" + body).getBytes(StandardCharsets.UTF_8);
  }
}
