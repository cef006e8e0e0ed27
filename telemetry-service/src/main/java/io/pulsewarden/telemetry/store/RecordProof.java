package io.pulsewarden.telemetry.store;

import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.telemetry.vitals.CanonicalRecord;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How a reading enters the Merkle root of its stored range; docs/formats/stored-range.md. */
public final class RecordProof {

  private static final String HMAC = "HmacSHA256";

  private RecordProof() {}

  /**
   * The 32 bytes that, with the record, show what was received, and that nobody can find again once
   * the subject's key is gone.
   *
   * @param receiptKey the subject's, purpose receipt; stays the caller's
   */
  public static byte[] salt(BaseKey receiptKey, CanonicalRecord record) {
    byte[] bytes = record.bytes();
    return receiptKey.key().use(key -> hmac(key, bytes));
  }

  /** SHA-256(salt || record): the entry that stands for this reading. */
  public static byte[] entry(byte[] salt, CanonicalRecord record) {
    return entry(MerkleTree.sha256(), salt, record.bytes());
  }

  /** Salts of one subject's records, for who needs many. One thread at a time. */
  static final class Salts {

    private final Mac mac;

    /**
     * @param receiptKey as in {@link RecordProof#salt}; stays the caller's
     */
    Salts(BaseKey receiptKey) {
      this.mac = receiptKey.key().use(RecordProof::mac);
    }

    /** The same as {@link RecordProof#salt} of a record with these bytes. */
    byte[] of(byte[] record) {
      return mac.doFinal(record);
    }
  }

  /** The same as {@link #entry(byte[], CanonicalRecord)}, with a digest of the caller's. */
  static byte[] entry(MessageDigest sha256, byte[] salt, byte[] record) {
    sha256.update(salt);
    return sha256.digest(record);
  }

  /** The hash of the entry as a leaf of its range's tree. */
  public static byte[] leaf(byte[] salt, CanonicalRecord record) {
    return MerkleTree.leaf(entry(salt, record));
  }

  private static byte[] hmac(byte[] key, byte[] bytes) {
    return mac(key).doFinal(bytes);
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has HmacSHA256", impossible);
    }
  }
}
