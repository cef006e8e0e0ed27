package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.observation.ObservationFinder.Page;
import io.pulsewarden.telemetry.store.BlockOpener;
import io.pulsewarden.telemetry.store.BlockOpener.BlockContent;
import io.pulsewarden.telemetry.store.ChangeStore;
import io.pulsewarden.telemetry.store.ObservationIdSource;
import io.pulsewarden.telemetry.store.Snapshots;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.pulsewarden.telemetry.store.VitalBlockStore.Direction;
import io.pulsewarden.telemetry.store.VitalBlockStore.Span;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Finds readings in the order in which they were last changed. Thread-safe. */
final class ChangeFinder {

  private static final int COPIES = 512;

  private final ChangeStore changes;
  private final BlockOpener opener;
  private final ObservationIdSource ids;

  ChangeFinder(ChangeStore changes, BlockOpener opener, ObservationIdSource ids) {
    this.changes = changes;
    this.opener = opener.inHand();
    this.ids = ids;
  }

  Uni<Page> search(UUID organisation, ChangeQuery query) {
    if (query.span().isEmpty() || query.updated().isEmpty()) {
      return Uni.createFrom().item(new Page(List.of(), false));
    }
    return ids.with(
        organisation,
        keys -> {
          ChangeWalk walk = new ChangeWalk(query, keys);
          return Multi.createBy()
              .repeating()
              .uni(() -> Snapshots.with(() -> step(organisation, query, walk)))
              .whilst(done -> !done)
              .collect()
              .last()
              .map(done -> Page.of(walk.found(), query.count()));
        });
  }

  /** Changes nothing of the walk before all is there. */
  private Uni<Boolean> step(UUID organisation, ChangeQuery query, ChangeWalk walk) {
    ChangeStore.Span span =
        new ChangeStore.Span(
            organisation,
            query.patient(),
            query.updated().fromMillis(),
            query.updated().untilMillis());
    return changes.now(
        span,
        moment ->
            ChangeStore.changed(moment, span, walk.last(), ChangeWalk.STEP, walk.compacted())
                .chain(
                    step ->
                        opener
                            .open(step.rows())
                            .map(contents -> walk.changed(step, contents))
                            .chain(
                                changed ->
                                    copies(moment.blocks(), span, walk.spans(changed))
                                        .map(
                                            copies -> {
                                              walk.add(step, changed, copies);
                                              return walk.done();
                                            }))));
  }

  /** All blocks that touch the spans; one that touches two of them comes twice, and is one. */
  private Uni<List<BlockContent>> copies(
      VitalBlockStore blocks, ChangeStore.Span patient, List<TimeSpan> spans) {
    return Multi.createFrom()
        .iterable(spans)
        .onItem()
        .transformToUniAndConcatenate(
            span ->
                copies(
                    blocks,
                    new Span(
                        patient.organisation(),
                        patient.patient(),
                        span.fromMillis(),
                        span.untilMillis())))
        .collect()
        .in(ArrayList<BlockContent>::new, List::addAll)
        .map(found -> found);
  }

  private Uni<List<BlockContent>> copies(VitalBlockStore blocks, Span span) {
    List<StoredBlock> walked = new ArrayList<>();
    List<BlockContent> found = new ArrayList<>();
    return Multi.createBy()
        .repeating()
        .uni(
            () ->
                blocks
                    .walk(
                        span,
                        Direction.OLDEST_FIRST,
                        walked.isEmpty() ? null : walked.getLast(),
                        COPIES)
                    .chain(
                        rows ->
                            opener
                                .open(rows)
                                .map(
                                    contents -> {
                                      walked.addAll(rows);
                                      found.addAll(contents);
                                      return rows.size();
                                    })))
        .whilst(rows -> rows == COPIES)
        .collect()
        .last()
        .map(rows -> found);
  }
}
