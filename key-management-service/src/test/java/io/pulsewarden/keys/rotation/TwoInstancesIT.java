package io.pulsewarden.keys.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.keys.KeyServers;
import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProvider.ToWrap;
import io.pulsewarden.keys.kek.KekProvider.Unwrapped;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKind;
import io.pulsewarden.keys.subject.WrapContext;
import io.pulsewarden.secret.SecretBytes;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * One KEK that several instances wrap anew at a time, on the real database: two of this test's, and
 * the service that runs beside them and finds the rotation by itself.
 */
@QuarkusTest
@QuarkusTestResource(KeyServers.class)
class TwoInstancesIT {

  private static final int ROWS = 300;

  @Inject WrappedRowsStore rows;
  @Inject KekJobsStore jobs;
  @Inject KekProvider keks;
  @Inject Pool pool;

  private final KekName kek = new KekName(UUID.randomUUID(), 7);
  private final Caller custodian =
      new Caller("custodian", kek.organisation(), Set.of(Caller.KEY_CUSTODIAN));
  private final Map<UUID, String> keys = new HashMap<>();

  @Test
  void shouldWrapEachKeyOnceAndLoseEveryRaceAgainstAnErasure() throws Exception {
    List<WrappedRow> before = store();
    List<UUID> erased =
        before.stream().map(WrappedRow::id).filter(id -> id.hashCode() % 7 == 0).toList();
    KekVersion target = keks.rotate(kek).toCompletableFuture().join();
    CyclicBarrier together = new CyclicBarrier(3);
    jobs.addRotation(target, custodian, Instant.now());
    UUID rotation = jobs.rotations(kek.organisation()).getFirst().id();

    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      Callable<Void> instance =
          () -> {
            together.await();
            Rewrapping mine = new Rewrapping(rows, keks, 7);
            mine.pass(rotation, target);
            return null;
          };
      Callable<Void> eraser =
          () -> {
            together.await();
            erase(erased);
            return null;
          };
      for (Future<Void> each : threads.invokeAll(List.of(instance, instance, eraser))) {
        each.get();
      }
    }
    await().until(() -> jobs.rotations(kek.organisation()).getFirst().finishedAt() != null);

    Map<UUID, Wrapped> after = new HashMap<>();
    rows.olderThan(new KekVersion(kek, Integer.MAX_VALUE), new UUID(0, 0), 2 * ROWS)
        .forEach(row -> after.put(row.id(), row.wrapped()));
    assertThat(after).hasSize(ROWS - erased.size()).doesNotContainKeys(erased.toArray(UUID[]::new));
    assertThat(after.values()).allMatch(wrapped -> wrapped.kek().equals(target));
    for (WrappedRow row : before) {
      Wrapped wrapped = after.get(row.id());
      if (wrapped != null) {
        assertThat(opened(new WrappedRow(row.id(), row.subject(), 1, wrapped)))
            .isEqualTo(keys.get(row.id()));
      }
    }
    // Each was counted where it was exchanged: some may have been erased after that.
    assertThat(jobs.rotations(kek.organisation()).getFirst().rewrapped())
        .isBetween((long) ROWS - erased.size(), (long) ROWS);
  }

  /** The gates as the database answers them; those of the copy itself are in KekRotationIT. */
  @Test
  void shouldRefuseByNameWhatTheDatabaseSays() throws Exception {
    List<WrappedRow> before = store();
    KekRotations now = rotations(Duration.ZERO);
    assertThatThrownBy(() -> now.prove(custodian)).hasMessage(Gate.NOTHING_TO_TRIM.code());
    try (Connection holder = KeyServers.bed().superuserConnection()) {
      holder.setAutoCommit(false);
      try (PreparedStatement lock =
          holder.prepareStatement("SELECT 1 FROM subject_key WHERE id = ? FOR UPDATE")) {
        lock.setObject(1, before.getFirst().id());
        lock.executeQuery();
      }
      now.rotate(custodian);
      assertThatThrownBy(() -> now.prove(custodian)).hasMessage(Gate.ROTATION_RUNNING.code());
      holder.rollback();
    }
    awaitFinished();
    assertThatThrownBy(() -> rotations(Duration.ofHours(1)).prove(custodian))
        .hasMessage(Gate.SETTLING.code());

    putBack(before.getFirst());
    assertThatThrownBy(() -> now.prove(custodian)).hasMessage(Gate.ROWS_LEFT.code());
    awaitFinished();
    assertThat(rows.olderThan(new KekVersion(kek, 2), new UUID(0, 0), ROWS))
        .as("the one that came late is wrapped anew")
        .isEmpty();

    assertThat(now.prove(custodian)).hasSize(1);
    assertThatThrownBy(() -> now.verify(custodian)).hasMessage(Gate.COPY_IS_LIVE.code());
    try (Connection database = KeyServers.bed().superuserConnection();
        Statement elsewhere = database.createStatement()) {
      elsewhere.execute("SET TIME ZONE 'Asia/Tokyo'");
      try (ResultSet same = elsewhere.executeQuery(KekJobsStore.IDENTITY)) {
        same.next();
        assertThat(same.getString(1)).isEqualTo(jobs.identity());
      }
    }
  }

  private KekRotations rotations(Duration settle) {
    // What is taken for the copy is the live database.
    return new KekRotations(rows, jobs, keks, LiveCopy::new, settle, Clock.systemUTC());
  }

  /** The service's own pool, which stays open. */
  private final class LiveCopy implements RestoredCopy {
    private final RestoredCopyStore store = new RestoredCopyStore(pool);

    @Override
    public String identity() {
      return store.identity();
    }

    @Override
    public boolean standby() {
      return store.standby();
    }

    @Override
    public boolean holds(UUID trim) {
      return store.holds(trim);
    }

    @Override
    public List<WrappedRow> rows(KekName of, UUID after, int limit) {
      return store.rows(of, after, limit);
    }

    @Override
    public void close() {
      // It is the service's.
    }
  }

  private void awaitFinished() {
    await().until(() -> jobs.rotations(kek.organisation()).getFirst().finishedAt() != null);
  }

  /** As a request that began before the rotation and comes after its end. */
  private static void putBack(WrappedRow old) throws Exception {
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement update =
            database.prepareStatement(
                "UPDATE subject_key SET wrapped = ?, kek_version = 1 WHERE id = ?")) {
      update.setBytes(1, old.wrapped().bytes().toByteArray());
      update.setObject(2, old.id());
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }

  private String opened(WrappedRow row) {
    return switch (keks.unwrap(List.of(row.toUnwrap())).toCompletableFuture().join().getFirst()) {
      case Unwrapped.Key(SecretBytes bytes) ->
          bytes.use(raw -> new String(raw, StandardCharsets.UTF_8));
      case Unwrapped.Refused(var why) -> "refused: " + why;
    };
  }

  private List<WrappedRow> store() throws Exception {
    List<WrappedRow> stored = new ArrayList<>();
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
    List<Wrapped> wrapped = keks.wrap(toWrap).toCompletableFuture().join();
    try (Connection database = KeyServers.bed().superuserConnection();
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
        stored.add(new WrappedRow(ids.get(i), subjects.get(i), 1, wrapped.get(i)));
      }
      insert.executeBatch();
    }
    return stored;
  }

  /** As a destruction does it, row by row. */
  private static void erase(List<UUID> ids) throws Exception {
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement destroy =
            database.prepareStatement(
                "UPDATE subject_key SET wrapped = NULL, state = 'DESTROYED', destroyed_at = now()"
                    + " WHERE id = ?")) {
      for (UUID id : ids) {
        destroy.setObject(1, id);
        destroy.executeUpdate();
      }
    }
  }
}
