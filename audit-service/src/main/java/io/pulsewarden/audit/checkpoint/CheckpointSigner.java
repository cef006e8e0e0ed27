package io.pulsewarden.audit.checkpoint;

import static java.time.temporal.ChronoUnit.SECONDS;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Signs tree heads as C2SP checkpoints (docs/formats/checkpoint.md). Thread-safe.
 *
 * <p>Whoever calls has to know that the tree of that head is durable: what is signed can't be taken
 * back.
 */
public final class CheckpointSigner {

  private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,17}");
  private static final byte ED25519_NOTE = 1;
  private static final int KEY_ID_BYTES = 4;
  private static final String PRUNED = "pulsewarden-pruned-log-v1";

  private final String origin;
  private final PrivateKey privateKey;
  private final byte[] publicKey;
  private final byte[] keyId;

  CheckpointSigner(String origin, PrivateKey privateKey, byte[] publicKey) {
    if (origin.isBlank() || origin.chars().anyMatch(c -> c <= ' ' || c == '+' || c > '~')) {
      throw new IllegalArgumentException("an origin has neither spaces nor a plus");
    }
    this.origin = origin;
    this.privateKey = privateKey;
    this.publicKey = publicKey.clone();
    this.keyId = keyId(origin, publicKey);
  }

  /** The signed note over a tree head. */
  public String sign(long size, byte[] root) {
    return note(text(size, root));
  }

  /**
   * The signed statement that entries below an index need not be kept any more
   * (docs/formats/pruned-log.md).
   *
   * @param root of the tree of that many entries
   * @param before all of them were covered by a checkpoint before this time
   */
  public String signPruning(long minimum, byte[] root, Instant before) {
    return note(PRUNED + "\n" + text(minimum, root) + before.truncatedTo(SECONDS) + "\n");
  }

  private String note(String text) {
    byte[] signature;
    try {
      signature = Ed25519.sign(privateKey, text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException failed) {
      throw new IllegalStateException("the note can't be signed", failed);
    }
    byte[] line =
        ByteBuffer.allocate(keyId.length + signature.length).put(keyId).put(signature).array();
    return text + "\n\u2014 " + origin + " " + Base64.getEncoder().encodeToString(line) + "\n";
  }

  /** What a note of this very key says; empty if it is not signed by it. */
  public Optional<SignedCheckpoint> open(String note) {
    String[] lines = note.split("\n", -1);
    if (lines.length < 4 || !SIZE.matcher(lines[1]).matches()) {
      return Optional.empty();
    }
    try {
      long size = Long.parseLong(lines[1]);
      byte[] root = Base64.getDecoder().decode(lines[2]);
      return signed(note, size, root)
          ? Optional.of(new SignedCheckpoint(size, root))
          : Optional.empty();
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /** Whether this very head was signed by this very key in this note. */
  public boolean signed(String note, long size, byte[] root) {
    String start = text(size, root) + "\n\u2014 " + origin + " ";
    if (!note.startsWith(start) || !note.endsWith("\n")) {
      return false;
    }
    byte[] line;
    try {
      line = Base64.getDecoder().decode(note.substring(start.length(), note.length() - 1));
    } catch (IllegalArgumentException malformed) {
      return false;
    }
    return line.length > KEY_ID_BYTES
        && Arrays.equals(Arrays.copyOf(line, KEY_ID_BYTES), keyId)
        && Ed25519.verify(
            publicKey,
            text(size, root).getBytes(StandardCharsets.UTF_8),
            Arrays.copyOfRange(line, KEY_ID_BYTES, line.length));
  }

  /** The verifier key as other tools take it: {@code origin+hash+base64}. */
  public String verifierKey() {
    byte[] typed =
        ByteBuffer.allocate(1 + publicKey.length).put(ED25519_NOTE).put(publicKey).array();
    return "%s+%08x+%s"
        .formatted(
            origin, ByteBuffer.wrap(keyId).getInt(), Base64.getEncoder().encodeToString(typed));
  }

  private String text(long size, byte[] root) {
    return origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
  }

  private static byte[] keyId(String origin, byte[] publicKey) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(origin.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
      digest.update(ED25519_NOTE);
      return Arrays.copyOf(digest.digest(publicKey), KEY_ID_BYTES);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}
