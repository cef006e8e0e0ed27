package io.pulsewarden.keys.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.keys.KeyServers;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider.ToWrap;
import io.pulsewarden.keys.kek.KekProvider.Unwrapped;
import io.pulsewarden.keys.kek.KekProvider.Versions;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Key management that dies at each durable step of a KEK's rotation and trim, one process after the
 * other, on a real database and a keyring on disk. Each finds what the one before left, the last
 * one finishes, and nothing is lost, done twice or said twice.
 */
@QuarkusTest
@QuarkusTestResource(KeyServers.class)
class KilledRotationIT {

  private static final int BATCH = KilledRotation.BATCH;
  private static final int ROWS = 3 * BATCH;

  @TempDir Path folder;

  private final KekName kek = new KekName(UUID.randomUUID(), 7);
  private final String organisation = kek.organisation().toString();
  private final Map<UUID, String> keys = new HashMap<>();
  private Lives lives;

  @BeforeEach
  void begin() throws Exception {
    lives = Lives.begin(KilledRotation.class, folder);
    store();
  }

  @Test
  void shouldFinishWhatEachLifeLeftAndLoseOrDoubleNothing() throws Exception {
    lives.diesAt("after recordBegun 1", organisation);
    assertThat(assertLeft(new Versions(1, 1), Map.of(1, ROWS)).rotations()).isEmpty();
    // The version is made, in the keyring's file and nowhere else.
    lives.diesAt("after rotate 1", organisation);
    assertThat(assertLeft(new Versions(1, 2), Map.of(1, ROWS)).rotations()).isEmpty();
    lives.diesAt("after addRotation 1", organisation);
    assertMoved(0);

    // Of the second batch, some rows of which it has then locked already.
    UUID held = look().rows().get(BATCH + BATCH / 2).id();
    lives.isKilledInItsTransaction(held, organisation);
    assertMoved(BATCH);
    lives.diesAt("after swap 1", organisation);
    assertMoved(2 * BATCH);
    lives.diesAt("before finish 1", organisation);
    assertThat(assertMoved(ROWS).finishedAt()).isNull();
    lives.diesAt("after finish 1", organisation);
    Rotation finished = assertMoved(ROWS);
    assertThat(finished.finishedAt()).isNotNull();

    verified();
    lives.diesAt("after trim 1", organisation);
    assertThat(assertLeft(new Versions(3, 3), Map.of(3, ROWS)).trims())
        .extracting(Trim::state)
        .containsExactly(Trim.State.VERIFIED);
    lives.lives(organisation);

    Seen last = assertLeft(new Versions(3, 3), Map.of(3, ROWS));
    assertThat(last.trims()).extracting(Trim::state).containsExactly(Trim.State.TRIMMED);
    assertThat(last.rotations()).containsExactly(finished);
    assertThat(lives.events())
        .extracting(event -> event.getAction() + " " + event.getReasonCode())
        .containsExactly(
            AuditAction.AUDIT_ACTION_KEK_ROTATED + " begun",
            AuditAction.AUDIT_ACTION_KEK_ROTATED + " begun",
            AuditAction.AUDIT_ACTION_KEK_ROTATED + " begun",
            AuditAction.AUDIT_ACTION_KEK_ROTATED + " ",
            AuditAction.AUDIT_ACTION_KEK_REWRAPPED + " ",
            AuditAction.AUDIT_ACTION_KEK_TRIM_PROVEN + " ",
            AuditAction.AUDIT_ACTION_KEK_TRIM_VERIFIED + " ",
            AuditAction.AUDIT_ACTION_KEK_TRIMMED + " ");
  }

  /** What a process finds when it starts. */
  private record Seen(
      Versions versions,
      List<WrappedRow> rows,
      Map<UUID, String> opened,
      List<Rotation> rotations,
      List<Trim> trims) {}

  /** So many keys are wrapped by the rotation's version, counted once each; the others are not. */
  private Rotation assertMoved(int moved) throws Exception {
    Map<Integer, Integer> rows = new HashMap<>(Map.of(1, ROWS - moved, 3, moved));
    rows.values().removeIf(count -> count == 0);
    Seen seen = assertLeft(new Versions(1, 3), rows);
    assertThat(seen.rotations()).hasSize(1);
    Rotation rotation = seen.rotations().getFirst();
    assertThat(rotation.target()).isEqualTo(new KekVersion(kek, 3));
    assertThat(rotation.rewrapped()).isEqualTo(moved);
    assertThat(rotation.left()).isEqualTo(ROWS - moved);
    return rotation;
  }

  private Seen assertLeft(Versions versions, Map<Integer, Integer> rows) throws Exception {
    Seen seen = look();
    assertThat(seen.versions()).isEqualTo(versions);
    Map<Integer, Integer> byVersion = new HashMap<>();
    seen.rows().forEach(row -> byVersion.merge(row.wrapped().kek().version(), 1, Integer::sum));
    assertThat(byVersion).isEqualTo(rows);
    assertThat(seen.opened()).as("every key opens, as itself").isEqualTo(keys);
    return seen;
  }

  private Seen look() throws Exception {
    try (Life life = lives.inThisProcess()) {
      List<WrappedRow> rows =
          new WrappedRowsStore(life.pool())
              .olderThan(new KekVersion(kek, Integer.MAX_VALUE), new UUID(0, 0), 2 * ROWS);
      KekJobsStore jobs = KilledRotation.jobs(life);
      return new Seen(
          life.keks().versions(kek).toCompletableFuture().join().orElseThrow(),
          rows,
          opened(life, rows),
          jobs.rotations(kek.organisation()),
          jobs.trims(kek.organisation()));
    }
  }

  private static Map<UUID, String> opened(Life life, List<WrappedRow> rows) {
    List<Unwrapped> answers =
        life.keks()
            .unwrap(rows.stream().map(WrappedRow::toUnwrap).toList())
            .toCompletableFuture()
            .join();
    Map<UUID, String> opened = new HashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      if (answers.get(i) instanceof Unwrapped.Key(SecretBytes bytes)) {
        opened.put(rows.get(i).id(), bytes.use(raw -> new String(raw, StandardCharsets.UTF_8)));
      }
    }
    return opened;
  }

  /** The gates before it are KekRotationIT's. */
  private void verified() throws Exception {
    try (Life life = lives.inThisProcess()) {
      KekJobsStore jobs = KilledRotation.jobs(life);
      jobs.prove(
          new KekVersion(kek, 3), KilledRotation.custodian(kek.organisation()), Instant.now());
      jobs.markVerified(
          jobs.trims(kek.organisation()).getFirst(),
          KilledRotation.custodian(kek.organisation()),
          Instant.now());
    }
  }

  private void store() throws Exception {
    List<ToWrap> toWrap = new ArrayList<>();
    List<Subject> subjects = new ArrayList<>();
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      Subject subject = new Subject(kek.organisation(), SubjectKind.PATIENT, UUID.randomUUID());
      UUID id = UUID.randomUUID();
      keys.put(id, "key of " + id);
      subjects.add(subject);
      ids.add(id);
      toWrap.add(
          new ToWrap(
              kek,
              SecretBytes.copyOf(("key of " + id).getBytes(StandardCharsets.UTF_8)),
              WrapContext.associated(subject, id, 1)));
    }
    List<Wrapped> wrapped;
    try (Life life = lives.inThisProcess()) {
      wrapped = life.keks().wrap(toWrap).toCompletableFuture().join();
    }
    try (Connection database = lives.database().open();
        PreparedStatement insert =
            database.prepareStatement(
                "INSERT INTO subject_key (id, organisation_id, subject_kind, subject_id, version,"
                    + " state, shard, kek_version, wrapped, created_at)"
                    + " VALUES (?, ?, 'PATIENT', ?, 1, 'ACTIVE', ?, 1, ?, now())")) {
      for (int i = 0; i < ROWS; i++) {
        insert.setObject(1, ids.get(i));
        insert.setObject(2, kek.organisation());
        insert.setObject(3, subjects.get(i).id());
        insert.setInt(4, kek.shard());
        insert.setBytes(5, wrapped.get(i).bytes().toByteArray());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
