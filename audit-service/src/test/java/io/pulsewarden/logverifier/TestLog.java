package io.pulsewarden.logverifier;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.Finding;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Writes a log into a folder: slowly, by the definitions of RFC 6962 and C2SP, and by nothing else.
 */
final class TestLog {

  private static final String ORIGIN = "test.example/log";

  private final KeyPair keys;

  TestLog() throws GeneralSecurityException {
    this.keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  VerifierKey key() throws GeneralSecurityException {
    return VerifierKey.parse(keyText());
  }

  String keyText() throws GeneralSecurityException {
    byte[] spki = keys.getPublic().getEncoded();
    byte[] typed = new byte[33];
    typed[0] = 1;
    System.arraycopy(spki, spki.length - 32, typed, 1, 32);
    return "%s+%08x+%s".formatted(ORIGIN, keyId(typed), Base64.getEncoder().encodeToString(typed));
  }

  /** Writes all files of a log with these entries. */
  void write(Path folder, List<byte[]> entries) throws IOException, GeneralSecurityException {
    int size = entries.size();
    for (int from = 0; from < size; from += 256) {
      ByteArrayOutputStream bundle = new ByteArrayOutputStream();
      for (byte[] entry : entries.subList(from, Math.min(size, from + 256))) {
        bundle.writeBytes(ByteBuffer.allocate(2).putShort((short) entry.length).array());
        bundle.writeBytes(entry);
      }
      put(folder, TileFiles.bundle(from / 256, Math.min(256, size - from)), bundle.toByteArray());
    }
    for (int level = 0, span = 1; size / span > 0; level++, span *= 256) {
      int inLevel = size / span;
      for (int from = 0; from < inLevel; from += 256) {
        ByteArrayOutputStream tile = new ByteArrayOutputStream();
        for (int i = from; i < Math.min(inLevel, from + 256); i++) {
          tile.writeBytes(treeHash(entries.subList(i * span, (i + 1) * span)));
        }
        put(
            folder,
            TileFiles.tile(level, from / 256, Math.min(256, inLevel - from)),
            tile.toByteArray());
      }
    }
    put(folder, "checkpoint", checkpoint(size, treeHash(entries)));
  }

  /** The keeper's entry in the place of a value that is too large for one. */
  static byte[] standIn(byte[] value, long index) throws GeneralSecurityException {
    return AuditRecord.newBuilder()
        .setService("audit-service")
        .setFinding(
            Finding.newBuilder()
                .setKind(FindingKind.FINDING_KIND_OVERSIZED)
                .setLeafIndex(index)
                .setValueHash(
                    ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(value))))
        .build()
        .toByteArray();
  }

  /** What the keeper puts among the entries. */
  static byte[] derived(Finding.Builder finding) {
    return AuditRecord.newBuilder()
        .setService("audit-service")
        .setFinding(finding)
        .build()
        .toByteArray();
  }

  /** The keeper's word, shown by this leaf, about the chain of a record and how far it came. */
  static byte[] found(FindingKind kind, byte[] record, long leaf) throws IOException {
    AuditRecord about = AuditRecord.parseFrom(record);
    return derived(
        Finding.newBuilder()
            .setKind(kind)
            .setService(about.getService())
            .setIncarnation(about.getIncarnation())
            .setSequence(about.getSequence())
            .setLeafIndex(leaf));
  }

  /** A chain without this record of it, with all places and hashes behind it made anew. */
  static List<byte[]> without(int dropped, List<byte[]> chain) throws IOException {
    List<byte[]> forged = new ArrayList<>(chain.subList(0, dropped));
    for (byte[] value : chain.subList(dropped + 1, chain.size())) {
      AuditRecord record = AuditRecord.parseFrom(value);
      forged.add(
          record.toBuilder()
              .setSequence(record.getSequence() - 1)
              .setPreviousHash(ByteString.copyFrom(Hashes.sha256(forged.getLast())))
              .build()
              .toByteArray());
    }
    return forged;
  }

  void writeBlob(Path folder, byte[] value) throws IOException, GeneralSecurityException {
    put(folder, blob(value), value);
  }

  static String blob(byte[] value) throws GeneralSecurityException {
    return DerivedFinding.blob(MessageDigest.getInstance("SHA-256").digest(value));
  }

  byte[] root(List<byte[]> entries) throws GeneralSecurityException {
    return treeHash(entries);
  }

  byte[] checkpoint(long size, byte[] root) throws GeneralSecurityException {
    return note(ORIGIN + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n");
  }

  /** The statement that entries below an index need not be there. */
  byte[] pruned(long minimum, byte[] root, String time) throws GeneralSecurityException {
    return note(
        "pulsewarden-pruned-log-v1\n%s\n%d\n%s\n%s\n"
            .formatted(ORIGIN, minimum, Base64.getEncoder().encodeToString(root), time));
  }

  private byte[] note(String text) throws GeneralSecurityException {
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(keys.getPrivate());
    signer.update(text.getBytes(StandardCharsets.UTF_8));
    byte[] signature = signer.sign();
    byte[] line =
        ByteBuffer.allocate(4 + signature.length).putInt(key().id()).put(signature).array();
    String note =
        text + "\n\u2014 " + ORIGIN + " " + Base64.getEncoder().encodeToString(line) + "\n";
    return note.getBytes(StandardCharsets.UTF_8);
  }

  /** MTH of RFC 6962, section 2.1. */
  static byte[] treeHash(List<byte[]> entries) throws GeneralSecurityException {
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
    digest.update(treeHash(entries.subList(0, split)));
    return digest.digest(treeHash(entries.subList(split, entries.size())));
  }

  private static int keyId(byte[] typed) throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update((ORIGIN + "\n").getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(Arrays.copyOf(digest.digest(typed), 4)).getInt();
  }

  private static void put(Path folder, String path, byte[] bytes) throws IOException {
    Path file = folder.resolve(path);
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.write(file, bytes);
  }
}
