package io.pulsewarden.telemetry.proof;

import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.telemetry.keys.BaseKeys;
import io.pulsewarden.telemetry.keys.KeyAnswer;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.KeysUnavailableException;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.SubjectErasedException;
import io.pulsewarden.telemetry.store.BlockOpener;
import io.pulsewarden.telemetry.store.BlockOpener.BlockContent;
import io.pulsewarden.telemetry.store.MerklePaths;
import io.pulsewarden.telemetry.store.RangeLeaves;
import io.pulsewarden.telemetry.store.RangeLeavesStore;
import io.pulsewarden.telemetry.store.RecordProof;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.StoredRangeStore;
import io.pulsewarden.telemetry.store.StoredRangeStore.Range;
import io.pulsewarden.telemetry.vitals.CanonicalRecord;
import io.pulsewarden.telemetry.vitals.SourcedReading;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Writes receipts for stored messages of patients. It decides nothing about who may have them.
 * Thread-safe; answers may come on any thread.
 */
final class Receipts {

  private static final Base64.Encoder BASE64 = Base64.getEncoder();

  private final String topic;
  private final StoredRangeStore ranges;
  private final RangeLeavesStore leaves;
  private final BlockOpener opener;
  private final BaseKeys keys;
  private final Executor hashing;

  /**
   * @param hashing where trees are hashed: a range has tens of thousands of leaves, which is too
   *     much for an event loop
   */
  Receipts(
      String topic,
      StoredRangeStore ranges,
      RangeLeavesStore leaves,
      BlockOpener opener,
      BaseKeys keys,
      Executor hashing) {
    this.topic = topic;
    this.ranges = ranges;
    this.leaves = leaves;
    this.opener = opener;
    this.keys = keys;
    this.hashing = hashing;
  }

  /**
   * A receipt for the newest message of this row that has readings around the moment. Empty if it
   * has none, or its leaves are not kept any more. Fails with {@link SubjectErasedException} if the
   * patient was erased: the proof died with the key.
   */
  Uni<Optional<ReceiptView>> of(StoredBlock row, long timeMillis) {
    return opener
        .open(List.of(row))
        .map(
            opened ->
                opened.stream()
                    .filter(one -> one.block().firstTimeMillis() <= timeMillis)
                    .filter(one -> one.block().lastTimeMillis() >= timeMillis)
                    .max(Comparator.comparingLong(one -> one.block().receivedAtMillis())))
        .chain(
            found ->
                found.isEmpty() ? Uni.createFrom().item(Optional.empty()) : ofBlock(found.get()));
  }

  private Uni<Optional<ReceiptView>> ofBlock(BlockContent content) {
    StoredBlock block = content.block();
    return ranges
        .covering(topic, block.partition(), block.offset())
        .chain(
            range ->
                range.isEmpty()
                    ? Uni.createFrom().item(Optional.empty())
                    : leaves
                        .find(range.get())
                        .chain(
                            found ->
                                found.isEmpty()
                                    ? Uni.createFrom().item(Optional.empty())
                                    : write(content, range.get(), found.get()).map(Optional::of)));
  }

  private Uni<ReceiptView> write(BlockContent content, Range range, RangeLeaves found) {
    StoredBlock block = content.block();
    KeySubject patient = KeySubject.patient(block.organisation(), block.subject());
    return Uni.createFrom()
        .completionStage(() -> keys.current(patient, Purpose.RECEIPT))
        .emitOn(hashing)
        .map(
            answer ->
                switch (answer) {
                  case KeyAnswer.Available(BaseKey key) -> {
                    try (key) {
                      yield write(block, range, found, content.readings(), key);
                    }
                  }
                  case KeyAnswer.Erased() -> throw new SubjectErasedException();
                  case KeyAnswer.Unknown(), KeyAnswer.Denied(), KeyAnswer.Unusable() ->
                      throw new KeysUnavailableException("a receipt key was not handed out", null);
                });
  }

  private ReceiptView write(
      StoredBlock block,
      Range range,
      RangeLeaves found,
      List<SourcedReading> readings,
      BaseKey key) {
    int first =
        found
            .firstOf(block.offset())
            .orElseThrow(() -> new IllegalStateException("a stored message has no leaf"));
    MerklePaths paths = found.paths();
    List<ReceiptView.Reading> proven = new ArrayList<>();
    for (int i = 0; i < readings.size(); i++) {
      if (block.withdrawn().contains(i)) {
        continue; // It is not this patient's: it was put where it belongs.
      }
      CanonicalRecord record =
          new CanonicalRecord(
              block.subject(), block.source(), block.device(), readings.get(i).reading());
      byte[] salt = RecordProof.salt(key, record);
      if (!Arrays.equals(RecordProof.leaf(salt, record), found.leaf(first + i))) {
        throw new IllegalStateException("a stored reading is not the one that was proven");
      }
      proven.add(
          new ReceiptView.Reading(
              BASE64.encodeToString(record.bytes()),
              BASE64.encodeToString(salt),
              first + i,
              paths.of(first + i).stream().map(BASE64::encodeToString).toList()));
    }
    return new ReceiptView(
        ReceiptView.FORMAT,
        block.device(),
        new ReceiptView.StoredRange(
            topic,
            block.partition(),
            range.firstOffset(),
            range.lastOffset(),
            HexFormat.of().formatHex(range.merkleRoot().toByteArray()),
            range.recordCount(),
            range.event()),
        proven);
  }
}
