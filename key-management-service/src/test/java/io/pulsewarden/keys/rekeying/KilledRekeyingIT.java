package io.pulsewarden.keys.rekeying;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.keys.v1.KeyState;
import io.pulsewarden.contracts.keys.v1.KeyStateRecord;
import io.pulsewarden.keys.KeyServers;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProvider.ToUnwrap;
import io.pulsewarden.keys.kek.KekProvider.ToWrap;
import io.pulsewarden.keys.kek.KekProvider.Unwrapped;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.keys.lives.Life;
import io.pulsewarden.keys.lives.Lives;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKind;
import io.pulsewarden.keys.subject.WrapContext;
import io.pulsewarden.secret.SecretBytes;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Key management that dies around the one durable step of a subject-key rotation, on a real
 * database and a keyring on disk. A custodian whose request got no answer asks again, by age: who
 * got the next key has it once, and who did not gets it then.
 */
@QuarkusTest
@QuarkusTestResource(KeyServers.class)
class KilledRekeyingIT {

  private static final int PATIENTS = 20;

  @TempDir Path folder;

  private final UUID organisation = UUID.randomUUID();
  private final Instant old = Instant.now().minus(Duration.ofHours(1));
  private final Map<UUID, String> first = new HashMap<>();

  /** What the database has of one key, and whether it opens. */
  private record Key(UUID id, int version, String state, String opened) {}

  @Test
  void shouldGiveEachPatientTheNextKeyOnceHoweverOftenItDies() throws Exception {
    Lives lives = Lives.begin(KilledRekeying.class, folder);
    String[] request = {organisation.toString(), old.toString()};
    store(lives);

    lives.isKilledInItsTransaction(first.keySet().iterator().next(), request);
    assertNothingDone(lives);
    lives.diesAt("after replace 1", request);
    Map<UUID, List<Key>> after = keys(lives);
    assertRotatedOnce(after);
    assertToldOnce(lives, after);

    lives.lives(request);
    assertThat(keys(lives)).as("the custodian asks again").isEqualTo(after);
    assertToldOnce(lives, after);
  }

  private void assertNothingDone(Lives lives) throws Exception {
    assertThat(keys(lives).values())
        .hasSize(PATIENTS)
        .allSatisfy(
            keys -> {
              assertThat(keys).hasSize(1);
              assertThat(keys.getFirst().state()).isEqualTo("ACTIVE");
              assertThat(keys.getFirst().opened()).isEqualTo(first.get(keys.getFirst().id()));
            });
    assertThat(lives.events()).isEmpty();
    assertThat(told(lives)).isEmpty();
  }

  /** The first opens what it sealed, and one key of two seals. */
  private void assertRotatedOnce(Map<UUID, List<Key>> after) {
    assertThat(after.values())
        .hasSize(PATIENTS)
        .allSatisfy(
            keys -> {
              assertThat(keys).extracting(Key::version).containsExactly(1, 2);
              assertThat(keys).extracting(Key::state).containsExactly("ROTATING", "ACTIVE");
              assertThat(keys.getFirst().opened()).isEqualTo(first.get(keys.getFirst().id()));
              assertThat(keys.getLast().opened())
                  .isNotEmpty()
                  .isNotEqualTo(keys.getFirst().opened());
            });
  }

  private void assertToldOnce(Lives lives, Map<UUID, List<Key>> after) throws Exception {
    assertThat(told(lives))
        .containsExactlyInAnyOrderElementsOf(
            after.values().stream()
                .flatMap(List::stream)
                .map(key -> key.id() + " KEY_STATE_" + key.state())
                .toList());
    assertThat(lives.events())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getAction()).isEqualTo(AuditAction.AUDIT_ACTION_SUBJECT_KEY_ROTATED);
              assertThat(Set.copyOf(event.getPatientIdList()))
                  .isEqualTo(
                      after.keySet().stream().map(UUID::toString).collect(Collectors.toSet()));
            });
  }

  /** Holders hear of each key by a record of its own. */
  private static List<String> told(Lives lives) throws Exception {
    List<String> told = new ArrayList<>();
    try (Connection connection = lives.database().open();
        PreparedStatement select =
            connection.prepareStatement("SELECT value FROM outbox WHERE kind = 0 ORDER BY id");
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        var key = KeyStateRecord.parseFrom(rows.getBytes(1)).getSubjectKey();
        KeyState state = key.getState();
        told.add(key.getSubjectKeyId() + " " + state);
      }
    }
    return told;
  }

  /** By patient, in order of version. */
  private Map<UUID, List<Key>> keys(Lives lives) throws Exception {
    Map<UUID, List<Key>> keys = new TreeMap<>();
    try (Life life = lives.inThisProcess();
        Connection connection = lives.database().open();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT id, subject_id, version, state, kek_version, wrapped FROM subject_key"
                    + " ORDER BY subject_id, version");
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        UUID id = rows.getObject(1, UUID.class);
        Subject subject = patient(rows.getObject(2, UUID.class));
        int version = rows.getInt(3);
        Wrapped wrapped =
            new Wrapped(
                new KekVersion(WrapContext.kek(subject), rows.getInt(5)),
                ByteString.copyFrom(rows.getBytes(6)));
        keys.computeIfAbsent(subject.id(), _ -> new ArrayList<>())
            .add(
                new Key(
                    id,
                    version,
                    rows.getString(4),
                    opened(
                        life.keks(),
                        new ToUnwrap(wrapped, WrapContext.associated(subject, id, version)))));
      }
    }
    return keys;
  }

  private static String opened(KekProvider keks, ToUnwrap wrapped) {
    return switch (keks.unwrap(List.of(wrapped)).toCompletableFuture().join().getFirst()) {
      case Unwrapped.Key(SecretBytes bytes) -> bytes.use(raw -> new String(raw, UTF_8));
      case Unwrapped.Refused(var why) -> throw new AssertionError("refused: " + why);
    };
  }

  private Subject patient(UUID id) {
    return new Subject(organisation, SubjectKind.PATIENT, id);
  }

  private void store(Lives lives) throws Exception {
    try (Life life = lives.inThisProcess();
        Connection connection = lives.database().open();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO subject_key (id, organisation_id, subject_kind, subject_id, version,"
                    + " state, shard, kek_version, wrapped, created_at)"
                    + " VALUES (?, ?, 'PATIENT', ?, 1, 'ACTIVE', ?, 1, ?,"
                    + " now() - interval '1 day')")) {
      for (int i = 0; i < PATIENTS; i++) {
        Subject subject = patient(UUID.randomUUID());
        UUID id = UUID.randomUUID();
        first.put(id, "key of " + id);
        Wrapped wrapped =
            life.keks()
                .wrap(
                    List.of(
                        new ToWrap(
                            WrapContext.kek(subject),
                            SecretBytes.copyOf(("key of " + id).getBytes(UTF_8)),
                            WrapContext.associated(subject, id, 1))))
                .toCompletableFuture()
                .join()
                .getFirst();
        insert.setObject(1, id);
        insert.setObject(2, organisation);
        insert.setObject(3, subject.id());
        insert.setInt(4, wrapped.kek().name().shard());
        insert.setBytes(5, wrapped.bytes().toByteArray());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
