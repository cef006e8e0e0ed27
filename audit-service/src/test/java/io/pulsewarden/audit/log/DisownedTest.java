package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.Finding;
import io.pulsewarden.contracts.audit.v1.FindingKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DisownedTest {

  private final List<ByteString> leaves = new ArrayList<>();
  private long read;
  private boolean away;
  private final Disowned disowned = new Disowned(this::read);

  @Test
  void shouldTakeTheLastOfARunForTheSequencers() {
    leaves.addAll(List.of(found(FindingKind.FINDING_KIND_UNCLOSED, 0), unreadable(0)));
    assertThat(disowned()).containsExactly(0L);

    // When a producer sends what would disown that word, and once more, and then something else
    leaves.addAll(List.of(unreadable(1), unreadable(2)));
    assertThat(disowned()).containsExactly(0L, 2L);
    leaves.addAll(List.of(unreadable(3), unreadable(4), ByteString.copyFromUtf8("?")));
    assertThat(disowned()).containsExactly(0L, 2L, 4L);

    // Then nothing is different for who comes anew, whatever is asked first
    Disowned anew = new Disowned(this::read);
    assertThat(LongStream.of(3, 4, 1, 0, 5, 2).filter(anew::contains).sorted())
        .containsExactly(0L, 2L, 4L);
  }

  @Test
  void shouldNotTakeAWordOfAnotherLeafForOneOfTheLeafBeforeIt() {
    leaves.addAll(List.of(found(FindingKind.FINDING_KIND_GAP, 0), unreadable(7), unreadable(0)));
    leaves.add(found(FindingKind.FINDING_KIND_GAP, 2));

    assertThat(disowned()).isEmpty();
  }

  @Test
  void shouldLeaveAStandInInTheIndexAndInItsChain() {
    ByteString standIn =
        DerivedRecord.bytes(
            new Received(0, 0, ByteString.EMPTY),
            Finding.newBuilder()
                .setKind(FindingKind.FINDING_KIND_OVERSIZED)
                .setService("telemetry-service")
                .setIncarnation(ByteString.copyFrom(new byte[16]))
                .setValueHash(ByteString.copyFrom(new byte[32]))
                .build());
    leaves.addAll(List.of(standIn, unreadable(0), unreadable(1)));

    assertThat(IndexedLeaf.read(0, standIn, disowned, hash -> Optional.empty()).finding())
        .isPresent();
    assertThat(ChainEntry.read(0, standIn, disowned)).isPresent();

    // And not where it is a producer's
    Disowned forged =
        new Disowned((first, count) -> first == 1 ? List.of(unreadable(0)) : List.of());
    assertThat(IndexedLeaf.read(0, standIn, forged, hash -> Optional.empty()).finding()).isEmpty();
    assertThat(ChainEntry.read(0, standIn, forged)).isEmpty();
  }

  /** Else whoever may write to the topic could make all who read the log stand still. */
  @Test
  void shouldReadALongRunOnce() {
    leaves.add(found(FindingKind.FINDING_KIND_SILENT, 0));
    for (long i = 0; i < 4000; i++) {
      leaves.add(unreadable(i));
    }

    assertThat(disowned()).hasSize(2000).allMatch(index -> index % 2 == 1);
    assertThat(read).isLessThan(3L * leaves.size());
  }

  @Test
  void shouldForgetARunThatItCouldNotRead() {
    leaves.addAll(List.of(found(FindingKind.FINDING_KIND_SILENT, 0), unreadable(0)));
    away = true;
    assertThatThrownBy(() -> disowned.contains(0)).isInstanceOf(IllegalStateException.class);

    away = false;

    assertThat(disowned()).containsExactly(0L);
  }

  private List<Long> disowned() {
    return LongStream.range(0, leaves.size()).filter(disowned::contains).boxed().toList();
  }

  private List<ByteString> read(long first, int count) {
    if (away) {
      throw new IllegalStateException("the database is away");
    }
    int end = (int) Math.min(leaves.size(), first + count);
    List<ByteString> there = List.copyOf(leaves.subList((int) Math.min(first, end), end));
    read += there.size();
    return there;
  }

  private static ByteString unreadable(long index) {
    return found(FindingKind.FINDING_KIND_UNREADABLE, index);
  }

  private static ByteString found(FindingKind kind, long index) {
    return DerivedRecord.bytes(
        new Received(0, 0, ByteString.EMPTY),
        Finding.newBuilder().setKind(kind).setLeafIndex(index).build());
  }
}
