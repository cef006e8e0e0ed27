package io.pulsewarden.telemetry.store;

import io.pulsewarden.telemetry.keys.Opened;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.SealedItem;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.keys.SubjectErasedException;
import io.pulsewarden.telemetry.vitals.CompactedBlock;
import io.pulsewarden.telemetry.vitals.Reading;
import io.pulsewarden.telemetry.vitals.SourcedReading;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import io.pulsewarden.telemetry.vitals.Wanted;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/** Opens stored blocks of patients. Thread-safe. */
public final class BlockOpener {

  private final Sealing sealing;
  private final boolean waiting;

  public BlockOpener(Sealing sealing) {
    this(sealing, true);
  }

  private BlockOpener(Sealing sealing, boolean waiting) {
    this.sealing = sealing;
    this.waiting = waiting;
  }

  /**
   * The same for who may not wait for keys: {@link #open} fails with {@link KeysOnTheWayException}
   * if one is not in memory, and asks for it.
   */
  public BlockOpener inHand() {
    return new BlockOpener(sealing, false);
  }

  /**
   * A block, which may have been compacted with others, and those of its readings that were wanted,
   * in its order.
   *
   * @param positions of the readings among all of the block's, from 0
   */
  @SuppressWarnings("ArrayRecordComponent") // A carrier to be taken apart; nobody compares two.
  public record BlockContent(StoredBlock block, int[] positions, List<SourcedReading> readings) {}

  /**
   * What the rows say, in order: of a compacted one, each of its blocks. May complete on any
   * thread.
   *
   * <p>Fails with {@link SubjectErasedException} if the patient was erased, and with {@link
   * IllegalStateException} if a block is not what was stored there: to answer with the others would
   * pass over tampering in silence.
   */
  public Uni<List<BlockContent>> open(List<StoredBlock> blocks) {
    return open(blocks, Wanted.ALL);
  }

  /** The same of those blocks that have wanted readings, and of those the wanted. */
  public Uni<List<BlockContent>> open(List<StoredBlock> blocks, Wanted wanted) {
    List<SealedItem> items =
        blocks.stream()
            .map(
                block ->
                    new SealedItem(block.context(), Purpose.VITALS, block.envelope().toByteArray()))
            .toList();
    return Uni.createFrom()
        .completionStage(() -> opened(items))
        .map(
            opened -> {
              List<BlockContent> found = new ArrayList<>(blocks.size());
              for (int i = 0; i < blocks.size(); i++) {
                found.addAll(read(blocks.get(i), opened.get(i), wanted));
              }
              return found;
            });
  }

  private CompletionStage<List<Opened>> opened(List<SealedItem> items) {
    CompletableFuture<List<Opened>> opened = sealing.openAll(items).toCompletableFuture();
    return waiting || opened.isDone()
        ? opened
        : CompletableFuture.failedFuture(new KeysOnTheWayException(opened));
  }

  private static List<BlockContent> read(StoredBlock row, Opened opened, Wanted wanted) {
    return switch (opened) {
      case Opened.Plaintext(byte[] bytes) ->
          row.compacted() ? compacted(row, bytes, wanted) : plain(row, bytes, wanted);
      case Opened.Erased() -> throw new SubjectErasedException();
      case Opened.Rejected() ->
          throw new IllegalStateException(
              "block does not open: partition=%d, offset=%d"
                  .formatted(row.partition(), row.offset()));
    };
  }

  private static List<BlockContent> compacted(StoredBlock row, byte[] bytes, Wanted wanted) {
    CompactedBlock.Parts found = CompactedBlock.select(bytes, wanted);
    List<BlockContent> contents = new ArrayList<>(found.parts().size());
    for (CompactedBlock.Part part : found.parts()) {
      StoredBlock block = Members.block(row, found.schemaVersion(), part);
      contents.add(content(block, part.positions(), part.readings()));
    }
    return contents;
  }

  private static List<BlockContent> plain(StoredBlock row, byte[] bytes, Wanted wanted) {
    List<Reading> all = VitalBlock.decode(bytes).readings();
    int[] positions =
        IntStream.range(0, all.size()).filter(i -> wanted.wants(all.get(i))).toArray();
    return positions.length == 0
        ? List.of()
        : List.of(content(row, positions, Arrays.stream(positions).mapToObj(all::get).toList()));
  }

  private static BlockContent content(StoredBlock block, int[] positions, List<Reading> readings) {
    List<SourcedReading> sourced = new ArrayList<>(readings.size());
    for (Reading reading : readings) {
      sourced.add(new SourcedReading(block.subject(), block.source(), block.device(), reading));
    }
    return new BlockContent(block, positions, sourced);
  }
}
