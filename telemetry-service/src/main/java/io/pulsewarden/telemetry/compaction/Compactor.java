package io.pulsewarden.telemetry.compaction;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Opened;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.SealedItem;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.keys.SubjectErasedException;
import io.pulsewarden.telemetry.store.BlockSwap;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.vitals.CompactedBlock;
import io.pulsewarden.telemetry.vitals.CompactedBlock.Member;
import io.pulsewarden.telemetry.vitals.Reading;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import io.pulsewarden.telemetry.vitals.Worn;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes one row of blocks that may stand together. Thread-safe. */
final class Compactor {

  private final Sealing sealing;
  private final BlockSwap swap;

  Compactor(Sealing sealing, BlockSwap swap) {
    this.sealing = sealing;
    this.swap = swap;
  }

  /**
   * Compacts the blocks, if they are as they were read.
   *
   * @param plain of one group, in order of offset
   * @return whether it was done; not if somebody else was first, if the patient was erased, or if a
   *     block does not open, which is left as it is for readers to find
   */
  Uni<Boolean> compact(List<StoredBlock> plain) {
    return Uni.createFrom()
        .completionStage(() -> sealing.openAll(plain.stream().map(Compactor::item).toList()))
        .chain(opened -> compact(plain, opened))
        .onFailure(SubjectErasedException.class)
        .recoverWithItem(false);
  }

  private Uni<Boolean> compact(List<StoredBlock> read, List<Opened> opened) {
    List<StoredBlock> plain = new ArrayList<>(read.size());
    List<Member> members = new ArrayList<>(read.size());
    for (int i = 0; i < read.size(); i++) {
      if (!(opened.get(i) instanceof Opened.Plaintext(byte[] bytes))) {
        return Uni.createFrom().item(false);
      }
      VitalBlock content = VitalBlock.decode(bytes);
      // A waveform's samples are packed as they are: its block stays as it came.
      if (content.readings().stream().noneMatch(Reading.Waveform.class::isInstance)) {
        plain.add(read.get(i));
        members.add(member(read.get(i), content));
      }
    }
    return members.isEmpty() ? Uni.createFrom().item(false) : compacted(plain, members);
  }

  private Uni<Boolean> compacted(List<StoredBlock> plain, List<Member> members) {
    StoredBlock first = plain.getFirst();
    CompactedBlock block = new CompactedBlock(first.schemaVersion(), worn(first), members);
    byte[] bytes = block.encode();
    // The plain blocks are about to go: what can't be read again must not take their place.
    if (!CompactedBlock.decode(bytes).equals(block)) {
      throw new IllegalStateException("a compacted block that does not read as it was written");
    }
    StoredBlock row = row(plain);
    return Uni.createFrom()
        .completionStage(
            () ->
                sealing.seal(
                    KeySubject.patient(row.organisation(), row.subject()),
                    Purpose.VITALS,
                    row.context(),
                    bytes))
        .chain(
            envelope -> swap.compact(plain, row.sealed(UnsafeByteOperations.unsafeWrap(envelope))));
  }

  private static Optional<Worn> worn(StoredBlock first) {
    return first.schemaVersion() == VitalBlock.WORN_SCHEMA_VERSION
        ? first.worn()
        : Optional.empty();
  }

  private static SealedItem item(StoredBlock block) {
    return new SealedItem(block.context(), Purpose.VITALS, block.envelope().toByteArray());
  }

  private static Member member(StoredBlock block, VitalBlock content) {
    return new Member(
        block.offset(),
        block.receivedAtMillis(),
        block.change().micros(),
        block.deviceVersion(),
        content.skewed(),
        content.readings());
  }

  private static StoredBlock row(List<StoredBlock> plain) {
    StoredBlock first = plain.getFirst();
    return new StoredBlock(
        first.partition(),
        first.offset(),
        first.organisation(),
        false,
        first.subject(),
        first.source(),
        first.device(),
        plain.stream().mapToLong(StoredBlock::firstTimeMillis).min().orElseThrow(),
        plain.stream().mapToLong(StoredBlock::lastTimeMillis).max().orElseThrow(),
        CompactedBlock.SCHEMA_VERSION,
        first.assignment(),
        first.assignmentVersion(),
        plain.stream().mapToLong(StoredBlock::receivedAtMillis).max().orElseThrow(),
        plain.stream().mapToLong(StoredBlock::deviceVersion).max().orElseThrow(),
        Set.of(),
        first.change(),
        ByteString.EMPTY);
  }
}
