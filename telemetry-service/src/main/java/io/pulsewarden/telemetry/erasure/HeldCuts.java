package io.pulsewarden.telemetry.erasure;

import io.pulsewarden.outbox.OutboxRow;
import io.pulsewarden.telemetry.erasure.Wearings.Worn;
import io.pulsewarden.telemetry.keys.Opened;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.SealedItem;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.pulsewarden.telemetry.vitals.Reading;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import io.pulsewarden.telemetry.wearing.Resealer;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Held blocks that reach beyond the time for which an erased patient wore the device: what lies
 * outside is not the patient's, and is sealed anew before the block goes. Thread-safe.
 */
final class HeldCuts {

  /** Read at once, and cut at one look; there are more at the next. */
  private static final int LIMIT = 500;

  private final VitalBlockStore blocks;
  private final Sealing sealing;
  private final Resealer resealer;
  private final int page;
  private final int most;

  HeldCuts(VitalBlockStore blocks, Sealing sealing) {
    this(blocks, sealing, LIMIT, LIMIT);
  }

  /**
   * @param page blocks that are opened together
   * @param most cuts for each wearing, give or take a page
   */
  HeldCuts(VitalBlockStore blocks, Sealing sealing, int page, int most) {
    this.blocks = blocks;
    this.sealing = sealing;
    this.resealer = new Resealer(sealing);
    this.page = page;
    this.most = most;
  }

  /**
   * A block that is to go.
   *
   * @param rest the message that has what stays of it; empty if nothing does
   */
  record Cut(StoredBlock block, Optional<OutboxRow> rest) {
    boolean isOf(Worn worn) {
      return block.organisation().equals(worn.organisation())
          && block.device().equals(worn.device())
          && block.lastTimeMillis() >= worn.assignment().fromMillis()
          && block.firstTimeMillis() < worn.assignment().untilMillis();
    }
  }

  /** Fails if keys or database can't be had now; nothing is changed by it. */
  Uni<List<Cut>> of(List<Worn> worn) {
    return Multi.createFrom()
        .iterable(worn)
        .onItem()
        .transformToUniAndConcatenate(this::of)
        .collect()
        .in(ArrayList<Cut>::new, List::addAll)
        .map(cuts -> cuts);
  }

  /**
   * Past all blocks that have nothing of the patient: they stay, and whoever began with them again
   * would never come to those behind them.
   */
  private Uni<List<Cut>> of(Worn worn) {
    return Uni.createFrom()
        .deferred(
            () -> {
              List<Cut> found = new ArrayList<>();
              AtomicReference<@Nullable StoredBlock> last = new AtomicReference<>();
              return Multi.createBy()
                  .repeating()
                  .uni(() -> page(worn, last, found))
                  .whilst(more -> more && found.size() < most)
                  .collect()
                  .last()
                  .replaceWith(found);
            });
  }

  /** Whether there may be more. */
  private Uni<Boolean> page(
      Worn worn, AtomicReference<@Nullable StoredBlock> last, List<Cut> found) {
    return blocks
        .heldAcross(
            worn.organisation(),
            worn.device(),
            worn.assignment().fromMillis(),
            worn.assignment().untilMillis(),
            last.get(),
            page)
        .chain(
            held ->
                Uni.createFrom()
                    .completionStage(
                        () -> sealing.openAll(held.stream().map(HeldCuts::item).toList()))
                    .chain(opened -> cuts(worn, held, opened))
                    .map(
                        cuts -> {
                          found.addAll(cuts);
                          if (!held.isEmpty()) {
                            last.set(held.getLast());
                          }
                          return held.size() == page;
                        }));
  }

  private static SealedItem item(StoredBlock block) {
    return new SealedItem(block.context(), Purpose.HOLD, block.envelope().toByteArray());
  }

  private Uni<List<Cut>> cuts(Worn worn, List<StoredBlock> held, List<Opened> opened) {
    Uni<List<Cut>> cuts = Uni.createFrom().item(new ArrayList<>());
    for (int i = 0; i < held.size(); i++) {
      StoredBlock block = held.get(i);
      Opened content = opened.get(i);
      cuts =
          cuts.chain(
              before ->
                  cut(worn, block, content)
                      .map(
                          cut -> {
                            cut.ifPresent(before::add);
                            return before;
                          }));
    }
    return cuts;
  }

  /** Empty if no reading of the block is the patient's. */
  private Uni<Optional<Cut>> cut(Worn worn, StoredBlock block, Opened opened) {
    return switch (opened) {
      case Opened.Plaintext(byte[] bytes) -> cut(worn, block, VitalBlock.decode(bytes));
      // Nobody can tell what is whose in it, and erasure comes first.
      case Opened.Erased(), Opened.Rejected() ->
          Uni.createFrom().item(Optional.of(new Cut(block, Optional.empty())));
    };
  }

  private Uni<Optional<Cut>> cut(Worn worn, StoredBlock block, VitalBlock content) {
    List<Reading> rest =
        content.readings().stream()
            .filter(reading -> !worn.assignment().covers(reading.timeMillis()))
            .toList();
    if (rest.size() == content.readings().size()) {
      return Uni.createFrom().item(Optional.empty());
    }
    if (rest.isEmpty()) {
      return Uni.createFrom().item(Optional.of(new Cut(block, Optional.empty())));
    }
    return Uni.createFrom()
        .completionStage(() -> resealer.hold(block, new VitalBlock(content.skewed(), rest)))
        .map(row -> Optional.of(new Cut(block, Optional.of(row))));
  }
}
