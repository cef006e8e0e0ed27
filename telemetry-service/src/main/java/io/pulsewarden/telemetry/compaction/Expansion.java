package io.pulsewarden.telemetry.compaction;

import com.google.protobuf.UnsafeByteOperations;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.BlockSwap;
import io.pulsewarden.telemetry.store.Members.Member;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * Makes plain blocks of a compacted row again, for those who have to move readings of one of them.
 * Thread-safe.
 */
public final class Expansion {

  private final Sealing sealing;
  private final BlockSwap swap;

  public Expansion(Sealing sealing, BlockSwap swap) {
    this.sealing = sealing;
    this.swap = swap;
  }

  /**
   * Puts the members in the row's place, sealed anew under the same subject's key.
   *
   * @return whether it was done; not if the row is no longer there
   */
  public Uni<Boolean> expand(StoredBlock row, List<Member> members) {
    return Multi.createFrom()
        .iterable(members)
        .onItem()
        .transformToUniAndConcatenate(this::sealed)
        .collect()
        .asList()
        .chain(plain -> swap.expand(row, plain));
  }

  private Uni<StoredBlock> sealed(Member member) {
    StoredBlock block = member.block();
    return Uni.createFrom()
        .completionStage(
            () ->
                sealing.seal(
                    KeySubject.patient(block.organisation(), block.subject()),
                    Purpose.VITALS,
                    block.context(),
                    member.content().encode()))
        .map(envelope -> block.sealed(UnsafeByteOperations.unsafeWrap(envelope)));
  }
}
