package io.pulsewarden.audit.serving;

import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A receipt (C2SP tlog-proof, docs/formats/receipt.md): what somebody keeps to show later, without
 * the log, that an entry is in it.
 *
 * @param index of the entry
 * @param hashes from the leaf's sibling up
 * @param note the checkpoint that they lead to, as it was published
 */
record TlogProof(long index, List<byte[]> hashes, String note) {

  TlogProof {
    hashes = List.copyOf(hashes);
    if (index < 0 || note.isEmpty()) {
      throw new IllegalArgumentException("a receipt has an index and a checkpoint");
    }
  }

  /** Whether the checkpoint signs this root. */
  boolean signs(byte[] root) {
    return signs(note, root);
  }

  /** Whether a checkpoint's note signs this root. */
  static boolean signs(String note, byte[] root) {
    return note.lines().skip(2).findFirst().equals(Optional.of(base64(root)));
  }

  /** As it is served and kept. */
  String text() {
    StringBuilder text = new StringBuilder("c2sp.org/tlog-proof@v1\nindex ");
    text.append(index).append('\n');
    hashes.forEach(hash -> text.append(base64(hash)).append('\n'));
    return text.append('\n').append(note).toString();
  }

  private static String base64(byte[] hash) {
    return Base64.getEncoder().encodeToString(hash);
  }
}
