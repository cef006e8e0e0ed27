package io.pulsewarden.keys.subject;

import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import io.pulsewarden.outbox.OutboxRow;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.hibernate.reactive.mutiny.Mutiny;

/** Subject keys in PostgreSQL, by Hibernate Reactive. */
@ApplicationScoped
class HibernateSubjectKeyStore implements SubjectKeyStore {

  /** Any number of our own; the organisation's hash stands beside it. */
  private static final int CREATION_LOCK = 0x6b657973;

  /**
   * From one to the next in the index subject_key_by_kek: as many steps as there are versions,
   * however many keys.
   */
  private static final String IN_USE =
      """
      WITH RECURSIVE kek AS (
        (SELECT organisation_id, shard, kek_version FROM subject_key WHERE wrapped IS NOT NULL
         ORDER BY organisation_id, shard, kek_version LIMIT 1)
        UNION ALL
        SELECT next.organisation_id, next.shard, next.kek_version FROM kek CROSS JOIN LATERAL (
          SELECT organisation_id, shard, kek_version FROM subject_key WHERE wrapped IS NOT NULL
            AND (organisation_id, shard, kek_version)
              > (kek.organisation_id, kek.shard, kek.kek_version)
          ORDER BY organisation_id, shard, kek_version LIMIT 1) next)
      SELECT organisation_id, shard, kek_version FROM kek""";

  /** One step in the same index for each. */
  private static final String NEWEST =
      """
      SELECT kek.organisation_id, kek.shard, needed.newest
      FROM unnest($1::uuid[], $2::int[]) AS kek(organisation_id, shard)
      CROSS JOIN LATERAL (
        SELECT max(kek_version) AS newest FROM subject_key WHERE wrapped IS NOT NULL
          AND organisation_id = kek.organisation_id AND shard = kek.shard) needed
      WHERE needed.newest IS NOT NULL""";

  private final SessionsStore sessions;
  private final Pool pool;
  private final CreationRecords records;

  HibernateSubjectKeyStore(SessionsStore sessions, Pool pool, CreationRecords records) {
    this.sessions = sessions;
    this.pool = pool;
    this.records = records;
  }

  @Override
  public CompletionStage<List<StoredKey>> ofSubjects(Collection<Subject> subjects) {
    return sessions.inTransaction(session -> ofSubjects(session, subjects));
  }

  @Override
  public CompletionStage<List<StoredKey>> byIds(Collection<UUID> ids) {
    return sessions.inTransaction(
        session ->
            session
                .createSelectionQuery(
                    "from SubjectKeyEntity where id in :ids", SubjectKeyEntity.class)
                .setParameter("ids", ids)
                .getResultList()
                .map(rows -> rows.stream().map(SubjectKeyEntity::toStoredKey).toList()));
  }

  @Override
  public CompletionStage<List<StoredKey>> addMissing(
      List<StoredKey> candidates, String requestedBy) {
    return sessions.inTransaction(
        session ->
            lock(session, candidates)
                .chain(() -> ofSubjects(session, subjects(candidates)))
                .chain(
                    existing -> {
                      Set<Subject> taken = subjects(existing);
                      List<StoredKey> added =
                          candidates.stream()
                              .filter(candidate -> !taken.contains(candidate.subject()))
                              .toList();
                      return add(session, added, requestedBy).replaceWith(added);
                    }));
  }

  @Override
  public CompletionStage<List<KekVersion>> kekVersionsInUse() {
    return pool.query(IN_USE)
        .execute()
        .map(HibernateSubjectKeyStore::kekVersions)
        .subscribeAsCompletionStage();
  }

  @Override
  public CompletionStage<List<KekVersion>> newestKekVersions(Collection<KekName> keks) {
    List<KekName> names = List.copyOf(keks);
    return pool.preparedQuery(NEWEST)
        .execute(
            Tuple.of(
                names.stream().map(KekName::organisation).toArray(UUID[]::new),
                names.stream().map(KekName::shard).toArray(Integer[]::new)))
        .map(HibernateSubjectKeyStore::kekVersions)
        .subscribeAsCompletionStage();
  }

  /**
   * Creation goes one transaction at a time in an organisation, so that two requests for one new
   * subject, here or in another instance, agree on one key. The unique index would refuse a second.
   * Locks are taken in one order, so that two batches can't wait for each other.
   */
  private static Uni<Void> lock(Mutiny.Session session, List<StoredKey> candidates) {
    Uni<Void> locked = Uni.createFrom().voidItem();
    for (int organisation :
        candidates.stream()
            .mapToInt(key -> key.subject().organisation().hashCode())
            .distinct()
            .sorted()
            .toArray()) {
      locked =
          locked.chain(
              () ->
                  session
                      .createNativeQuery(
                          "select 1 from pg_advisory_xact_lock(:lock, :organisation)",
                          Integer.class)
                      .setParameter("lock", CREATION_LOCK)
                      .setParameter("organisation", organisation)
                      .getSingleResult()
                      .replaceWithVoid());
    }
    return locked;
  }

  private Uni<Void> add(Mutiny.Session session, List<StoredKey> added, String requestedBy) {
    List<Object> rows = new ArrayList<>();
    for (StoredKey key : added) {
      Wrapped wrapped = key.wrapped();
      if (wrapped == null) {
        throw new IllegalArgumentException("a new key has bytes");
      }
      rows.add(SubjectKeyEntity.of(key, wrapped));
    }
    List<OutboxRow> outbound = records.of(added, requestedBy);
    // A crash before the commit leaves nothing; after it, the key with its events to be sent.
    return session
        .persistAll(rows.toArray())
        .chain(session::flush)
        .chain(() -> SessionsStore.insert(session, outbound));
  }

  private static Uni<List<StoredKey>> ofSubjects(
      Mutiny.Session session, Collection<Subject> subjects) {
    Set<Subject> wanted = new HashSet<>(subjects);
    return session
        .createSelectionQuery(
            "from SubjectKeyEntity where subjectId in :ids", SubjectKeyEntity.class)
        .setParameter("ids", wanted.stream().map(Subject::id).toList())
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(SubjectKeyEntity::toStoredKey)
                    .filter(key -> wanted.contains(key.subject()))
                    .toList());
  }

  private static Set<Subject> subjects(List<StoredKey> keys) {
    Set<Subject> subjects = new HashSet<>();
    keys.forEach(key -> subjects.add(key.subject()));
    return subjects;
  }

  private static List<KekVersion> kekVersions(RowSet<Row> rows) {
    List<KekVersion> versions = new ArrayList<>();
    rows.forEach(row -> versions.add(kekVersion(row)));
    return versions;
  }

  private static KekVersion kekVersion(Row row) {
    return new KekVersion(new KekName(row.getUUID(0), row.getInteger(1)), row.getInteger(2));
  }
}
