package io.pulsewarden.e2e;

import io.pulsewarden.platform.data.DataFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The true keys of a platform, as somebody finds them who has the whole data folder, the database
 * and the passphrase: by docs/formats/keys.md alone, and without asking any service.
 */
final class TrueKeys {

  private static final int FORMAT_AND_VERSION = 5;
  private static final int NONCE = 12;
  private static final int KEY = 32;

  private final DataFolder data;

  TrueKeys(Platform platform) {
    this.data = new DataFolder(platform.data());
  }

  /** Subject keys by the id of their subject, those that are not destroyed. */
  Map<UUID, byte[]> subjectKeys() {
    try {
      char[] passphrase = Files.readString(data.secret("keyring-passphrase")).strip().toCharArray();
      KeyStore keyring = KeyStore.getInstance("PKCS12");
      try (InputStream in =
          Files.newInputStream(data.of("key-management-service").resolve("keyring.p12"))) {
        keyring.load(in, passphrase);
      }
      Map<UUID, byte[]> keys = new HashMap<>();
      try (Connection database = KeyDatabase.open(data);
          PreparedStatement rows =
              database.prepareStatement("SELECT * FROM subject_key WHERE wrapped IS NOT NULL");
          ResultSet row = rows.executeQuery()) {
        while (row.next()) {
          keys.put(row.getObject("subject_id", UUID.class), unwrap(row, keyring, passphrase));
        }
      }
      return keys;
    } catch (IOException | GeneralSecurityException | SQLException e) {
      throw new IllegalStateException("the keys of " + data.root(), e);
    }
  }

  /** What key management derives from a subject key. */
  static byte[] baseKey(byte[] subjectKey, String purpose, long epoch) {
    byte[] label = ascii("pulsewarden-base-key-v1");
    byte[] name = field(ascii(purpose));
    byte[] info =
        ByteBuffer.allocate(label.length + name.length + Integer.BYTES)
            .put(label)
            .put(name)
            .putInt(Math.toIntExact(epoch))
            .array();
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(HKDFParameterSpec.ofExtract().addIKM(subjectKey).thenExpand(info, KEY));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no HKDF here", e);
    }
  }

  private static byte[] unwrap(ResultSet row, KeyStore keyring, char[] passphrase)
      throws SQLException, GeneralSecurityException {
    UUID organisation = row.getObject("organisation_id", UUID.class);
    String alias = organisation + "." + row.getInt("shard") + ".v" + row.getInt("kek_version");
    byte[] wrapped = row.getBytes("wrapped");
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        keyring.getKey(alias, passphrase),
        new GCMParameterSpec(128, wrapped, FORMAT_AND_VERSION, NONCE));
    cipher.updateAAD(wrapped, 0, FORMAT_AND_VERSION);
    cipher.updateAAD(ascii("pulsewarden-subject-key-v1"));
    cipher.updateAAD(field(bytes(organisation)));
    cipher.updateAAD(field(ascii(row.getString("subject_kind").toLowerCase(Locale.ROOT))));
    cipher.updateAAD(field(bytes(row.getObject("subject_id", UUID.class))));
    cipher.updateAAD(field(bytes(row.getObject("id", UUID.class))));
    cipher.updateAAD(ByteBuffer.allocate(Integer.BYTES).putInt(row.getInt("version")).array());
    int text = FORMAT_AND_VERSION + NONCE;
    return cipher.doFinal(wrapped, text, wrapped.length - text);
  }

  private static byte[] field(byte[] content) {
    return ByteBuffer.allocate(Short.BYTES + content.length)
        .putShort((short) content.length)
        .put(content)
        .array();
  }

  private static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
