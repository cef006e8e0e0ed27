package io.pulsewarden.telemetry.store;

import io.pulsewarden.telemetry.keys.Opened;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.SealedItem;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.keys.SubjectErasedException;
import io.pulsewarden.telemetry.vitals.SourcedReading;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;

/** Opens stored blocks of patients. Thread-safe. */
public final class BlockOpener {

  private final Sealing sealing;

  public BlockOpener(Sealing sealing) {
    this.sealing = sealing;
  }

  /** A block, which may have been compacted with others, and its readings in its order. */
  public record BlockContent(StoredBlock block, List<SourcedReading> readings) {}

  /**
   * What the rows say, in order: of a compacted one, each of its blocks. May complete on any
   * thread.
   *
   * <p>Fails with {@link SubjectErasedException} if the patient was erased, and with {@link
   * IllegalStateException} if a block is not what was stored there: to answer with the others would
   * pass over tampering in silence.
   */
  public Uni<List<BlockContent>> open(List<StoredBlock> blocks) {
    List<SealedItem> items =
        blocks.stream()
            .map(
                block ->
                    new SealedItem(block.context(), Purpose.VITALS, block.envelope().toByteArray()))
            .toList();
    return Uni.createFrom()
        .completionStage(() -> sealing.openAll(items))
        .map(
            opened -> {
              List<BlockContent> found = new ArrayList<>(blocks.size());
              for (int i = 0; i < blocks.size(); i++) {
                found.addAll(read(blocks.get(i), opened.get(i)));
              }
              return found;
            });
  }

  private static List<BlockContent> read(StoredBlock row, Opened opened) {
    return switch (opened) {
      case Opened.Plaintext(byte[] bytes) ->
          Members.of(row, bytes).stream().map(BlockOpener::content).toList();
      case Opened.Erased() -> throw new SubjectErasedException();
      case Opened.Rejected() ->
          throw new IllegalStateException(
              "block does not open: partition=%d, offset=%d"
                  .formatted(row.partition(), row.offset()));
    };
  }

  private static BlockContent content(Members.Member member) {
    StoredBlock block = member.block();
    return new BlockContent(
        block,
        member.content().readings().stream()
            .map(
                reading ->
                    new SourcedReading(block.subject(), block.source(), block.device(), reading))
            .toList());
  }
}
