package io.pulsewarden.keys.rotation;

import static org.assertj.core.api.Assertions.assertThat;
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
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
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
