package io.pulsewarden.telemetry.wearing;

import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.telemetry.compaction.Expansion;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.keys.Opened;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.SealedItem;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.keys.SubjectErasedException;
import io.pulsewarden.telemetry.store.Members;
import io.pulsewarden.telemetry.store.Members.Member;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.pulsewarden.telemetry.store.VitalBlockStore.WornSpan;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Puts a device's readings where they belong. Blocking: it is called on a virtual thread. Any
 * number may work on one device, in any number of processes; each block is moved by one of them.
 */
final class Reconciler {

  private static final int STEP = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final VitalBlockStore blocks;
  private final MoveStore moves;
  private final Sealing sealing;
  private final Resealer resealer;
  private final Expansion expansion;
  private final MoveEvent events;
  private final Clock clock;

  Reconciler(
      VitalBlockStore blocks,
      MoveStore moves,
      Sealing sealing,
      Expansion expansion,
      MoveEvent events,
      Clock clock) {
    this.blocks = blocks;
    this.moves = moves;
    this.sealing = sealing;
    this.resealer = new Resealer(sealing);
    this.expansion = expansion;
    this.events = events;
    this.clock = clock;
  }

  /**
   * Looks at all blocks of the device.
   *
   * @return whether all are where they belong by this state; false if a block was sealed by a later
   *     one, or changed under our hands: look again
   * @throws RuntimeException if the database or a key can't be had now
   */
  boolean reconcile(Device device) {
    Wearings wearings = new Wearings(device, clock.millis());
    List<WornSpan> spans = wearings.spans();
    boolean settled = true;
    StoredBlock last = null;
    while (true) {
      List<StoredBlock> found =
          blocks
              .misplaced(device.organisation(), device.id(), spans, last, STEP)
              .await()
              .atMost(PATIENCE);
      List<Opened> opened = join(sealing.openAll(found.stream().map(Reconciler::item).toList()));
      for (int i = 0; i < found.size(); i++) {
        settled &= settle(device, wearings, found.get(i), opened.get(i));
      }
      if (found.size() < STEP) {
        return settled;
      }
      last = found.getLast();
    }
  }

  private boolean settle(Device device, Wearings wearings, StoredBlock block, Opened opened) {
    if (block.deviceVersion() > device.version()) {
      return false;
    }
    return switch (opened) {
      case Opened.Plaintext(byte[] bytes) when block.compacted() -> settle(wearings, block, bytes);
      case Opened.Plaintext(byte[] bytes) ->
          Parting.of(block, VitalBlock.decode(bytes), wearings)
              .map(parting -> move(block, parting, device.version()))
              .orElse(true);
      // Nobody can read it any more, so nobody can move it.
      case Opened.Erased() -> true;
      // It opened when it was stored: readers are told, and there is nothing to do here.
      case Opened.Rejected() -> true;
    };
  }

  /** Readings are moved out of plain blocks: a compacted row becomes these again, and is due. */
  private boolean settle(Wearings wearings, StoredBlock row, byte[] bytes) {
    List<Member> members = Members.of(row, bytes);
    boolean settled =
        members.stream()
            .allMatch(member -> Parting.of(member.block(), member.content(), wearings).isEmpty());
    if (!settled) {
      // The look stays due whether it was done or somebody else was first.
      boolean _ = expansion.expand(row, members).await().atMost(PATIENCE);
    }
    return settled;
  }

  private boolean move(StoredBlock block, Parting parting, long deviceVersion) {
    List<OutboxRow> rows = new ArrayList<>();
    List<Owner> given = new ArrayList<>();
    for (Map.Entry<Owner, VitalBlock> part : parting.blocks().entrySet()) {
      sealed(block, part.getKey(), part.getValue(), deviceVersion)
          .ifPresent(
              row -> {
                rows.add(row);
                given.add(part.getKey());
              });
    }
    rows.add(OutboxRow.audit(events.of(block, parting, given)));
    return moves.move(block, parting, deviceVersion, rows).await().atMost(PATIENCE);
  }

  /** Empty if the owner was erased: their readings are kept nowhere. */
  private Optional<OutboxRow> sealed(
      StoredBlock block, Owner owner, VitalBlock readings, long deviceVersion) {
    try {
      return Optional.of(join(resealer.seal(block, owner, readings, deviceVersion)));
    } catch (SubjectErasedException erased) {
      return Optional.empty();
    }
  }

  private static SealedItem item(StoredBlock block) {
    return new SealedItem(
        block.context(),
        block.heldByDevice() ? Purpose.HOLD : Purpose.VITALS,
        block.envelope().toByteArray());
  }

  private static <T> T join(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    } catch (CompletionException failed) {
      switch (failed.getCause()) {
        case RuntimeException cause -> throw cause;
        case TimeoutException late -> throw new IllegalStateException("no answer in time", late);
        case null, default -> throw failed;
      }
    }
  }
}
