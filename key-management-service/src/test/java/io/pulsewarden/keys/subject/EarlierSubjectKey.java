package io.pulsewarden.keys.subject;

import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.keys.keyring.EarlierLife;
import io.pulsewarden.secret.SecretBytes;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A subject key, and an erased one, that an earlier process stored. */
public final class EarlierSubjectKey {

  private static final String INSERT =
      """
      INSERT INTO subject_key (id, organisation_id, subject_kind, subject_id, version, state, shard,
                               kek_version, wrapped, created_at, destroyed_at)
      VALUES (?, ?, 'PATIENT', ?, 1, ?, ?, ?, ?, now(), CASE WHEN ? THEN now() END)""";

  private EarlierSubjectKey() {}

  /** Wraps {@code key} in the keyring at {@code file} and stores it. */
  public static void store(
      Connection database, Path file, String passphrase, UUID id, Subject subject, byte[] key)
      throws SQLException {
    Wrapped wrapped =
        EarlierLife.wrapIn(
            file,
            passphrase,
            WrapContext.kek(subject),
            SecretBytes.copyOf(key),
            WrapContext.associated(subject, id, 1));
    insert(
        database, id, subject, wrapped.kek().name().shard(), wrapped.bytes().toByteArray(), false);
  }

  /** Stores a key whose bytes are gone. */
  public static void storeErased(Connection database, UUID id, Subject subject)
      throws SQLException {
    insert(database, id, subject, WrapContext.kek(subject).shard(), null, true);
  }

  private static void insert(
      Connection database,
      UUID id,
      Subject subject,
      int shard,
      byte @Nullable [] wrapped,
      boolean erased)
      throws SQLException {
    try (PreparedStatement statement = database.prepareStatement(INSERT)) {
      statement.setObject(1, id);
      statement.setObject(2, subject.organisation());
      statement.setObject(3, subject.id());
      statement.setString(4, erased ? "DESTROYED" : "ACTIVE");
      statement.setInt(5, shard);
      statement.setInt(6, 1);
      statement.setBytes(7, wrapped);
      statement.setBoolean(8, erased);
      statement.executeUpdate();
    }
  }
}
