package io.pulsewarden.keys.erasure;

import io.pulsewarden.keys.subject.SubjectKeys;
import io.pulsewarden.outbox.OutboxRow;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Destroys what is due and completes what can be completed, a pass at a time. Any number of
 * instances may do this at once: the database decides who was first.
 */
@ApplicationScoped
class ErasureProgressStore {

  private final DestructionStore destructions;
  private final SubjectKeys keys;
  private final ErasureRecords records;
  private final Receipts receipts;
  private final ReceiptSigner signer;
  private final ErasureConfiguration.Settings settings;
  private final Clock clock;

  ErasureProgressStore(
      DestructionStore destructions,
      SubjectKeys keys,
      ErasureRecords records,
      Receipts receipts,
      ReceiptSigner signer,
      ErasureConfiguration.Settings settings,
      Clock clock) {
    this.destructions = destructions;
    this.keys = keys;
    this.records = records;
    this.receipts = receipts;
    this.signer = signer;
    this.settings = settings;
    this.clock = clock;
  }

  /** Fails if the database can't be used; the next pass goes on where this one was. */
  Uni<Void> pass() {
    return destroyDue().chain(this::completeAll);
  }

  private Uni<Void> destroyDue() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return destructions
        .due(now)
        .onItem()
        .transformToMulti(due -> Multi.createFrom().iterable(due))
        .onItem()
        .transformToUniAndConcatenate(erasure -> destroy(erasure, now))
        .collect()
        .last()
        .replaceWithVoid();
  }

  private Uni<Void> destroy(Erasure erasure, Instant now) {
    return destructions
        .destroy(
            erasure,
            now,
            settings.clockSkew(),
            destroyed -> records.destroyed(erasure, destroyed, now))
        .invoke(destroyed -> keys.forget(destroyed.stream().map(DestroyedKey::id).toList()))
        .replaceWithVoid();
  }

  private Uni<Void> completeAll() {
    return destructions
        .judgedBy(clock.instant().truncatedTo(ChronoUnit.MICROS))
        .chain(
            now ->
                destructions
                    .completable(now)
                    .onItem()
                    .transformToMulti(all -> Multi.createFrom().iterable(all))
                    .select()
                    .where(destroyed -> destroyed.complete(now))
                    .onItem()
                    .transformToUniAndConcatenate(destroyed -> complete(destroyed, now))
                    .collect()
                    .last()
                    .replaceWithVoid());
  }

  private Uni<Boolean> complete(Destroyed destroyed, Instant now) {
    Purge purge = destroyed.purge();
    if (purge == null) {
      return Uni.createFrom().item(false);
    }
    // A crash after signing and before the commit: the next pass signs another, and one is kept.
    String receipt = signer.sign(receipts.of(destroyed, purge, now));
    return destructions.complete(
        destroyed.erasure().id(),
        receipt,
        now,
        OutboxRow.audit(records.completed(destroyed.erasure(), receipt)));
  }
}
