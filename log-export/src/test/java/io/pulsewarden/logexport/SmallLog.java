package io.pulsewarden.logexport;

import io.pulsewarden.logverifier.TreeSource;
import io.pulsewarden.logverifier.VerifierKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Logs of fewer than 65,536 entries that belong to no chain, by the definitions alone. */
final class SmallLog {

  private static final String ORIGIN = "test.example/log";

  private final KeyPair keys;

  SmallLog() throws GeneralSecurityException {
    this.keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  static List<byte[]> entries(String what, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> (what + " " + i).getBytes(StandardCharsets.US_ASCII))
        .toList();
  }

  VerifierKey key() throws GeneralSecurityException {
    return VerifierKey.parse(keyText());
  }

  String keyText() throws GeneralSecurityException {
    byte[] typed = typedKey();
    return "%s+%08x+%s".formatted(ORIGIN, keyId(typed), Base64.getEncoder().encodeToString(typed));
  }

  TreeSource tree(List<byte[]> entries) throws GeneralSecurityException {
    Map<String, byte[]> files = files(entries);
    return path -> Optional.ofNullable(files.get(path));
  }

  Map<String, byte[]> files(List<byte[]> entries) throws GeneralSecurityException {
    Map<String, byte[]> files = new HashMap<>();
    int size = entries.size();
    ByteArrayOutputStream roots = new ByteArrayOutputStream();
    for (int from = 0; from < size; from += 256) {
      List<byte[]> row = entries.subList(from, Math.min(size, from + 256));
      ByteArrayOutputStream bundle = new ByteArrayOutputStream();
      ByteArrayOutputStream tile = new ByteArrayOutputStream();
      for (byte[] entry : row) {
        bundle.writeBytes(ByteBuffer.allocate(2).putShort((short) entry.length).array());
        bundle.writeBytes(entry);
        tile.writeBytes(root(List.of(entry)));
      }
      files.put("tile/entries/" + name(from / 256, row.size()), bundle.toByteArray());
      files.put("tile/0/" + name(from / 256, row.size()), tile.toByteArray());
      if (row.size() == 256) {
        roots.writeBytes(root(row));
      }
    }
    if (roots.size() > 0) {
      files.put("tile/1/" + name(0, roots.size() / 32), roots.toByteArray());
    }
    files.put("checkpoint", checkpoint(size, root(entries)));
    return files;
  }

  private byte[] checkpoint(long size, byte[] root) throws GeneralSecurityException {
    String text = ORIGIN + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(keys.getPrivate());
    signer.update(text.getBytes(StandardCharsets.UTF_8));
    byte[] signature = signer.sign();
    byte[] line =
        ByteBuffer.allocate(4 + signature.length).putInt(keyId(typedKey())).put(signature).array();
    return (text + "\n\u2014 " + ORIGIN + " " + Base64.getEncoder().encodeToString(line) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private byte[] typedKey() {
    byte[] spki = keys.getPublic().getEncoded();
    byte[] typed = new byte[33];
    typed[0] = 1;
    System.arraycopy(spki, spki.length - 32, typed, 1, 32);
    return typed;
  }

  private static int keyId(byte[] typed) throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update((ORIGIN + "\n").getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(Arrays.copyOf(digest.digest(typed), 4)).getInt();
  }

  private static String name(int index, int width) {
    String full = "%03d".formatted(index);
    return width == 256 ? full : full + ".p/" + width;
  }

  private static byte[] root(List<byte[]> entries) throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    if (entries.isEmpty()) {
      return digest.digest();
    }
    if (entries.size() == 1) {
      digest.update((byte) 0);
      return digest.digest(entries.getFirst());
    }
    int split = Integer.highestOneBit(entries.size() - 1);
    digest.update((byte) 1);
    digest.update(root(entries.subList(0, split)));
    return digest.digest(root(entries.subList(split, entries.size())));
  }
}
