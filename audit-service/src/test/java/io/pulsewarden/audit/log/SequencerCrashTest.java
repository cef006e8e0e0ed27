package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.Finding;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many small batches, in memory. */
class SequencerCrashTest implements EveryStepFailsContract, RestoredDatabaseContract {

  private final InMemory memory = new InMemory();
  private @Nullable SequencerRuns runs;

  @BeforeEach
  void write(@TempDir Path folder) throws Exception {
    runs = new SequencerRuns(folder, memory);
  }

  @Override
  public LogUnderTest log() {
    return memory;
  }

  @Override
  public SequencerRuns runs() {
    return Objects.requireNonNull(runs);
  }

  /** The contract's sequencers live on; here another one begins, which remembers nothing. */
  @ParameterizedTest
  @EnumSource(Faulty.Fault.class)
  void shouldGoOnAndTellOfEachFindingWhereverAProcessDies(Faulty.Fault fault) throws Exception {
    List<ByteString> expected = runs().expected();
    List<Finding> findings = runs().expectedFindings();
    assertThat(findings).hasSizeGreaterThan(3).doesNotHaveDuplicates();
    log().begin();
    int steps = runs().run("whole", Faulty.never()).steps();
    assertThat(runs().alerted()).isEqualTo(findings);

    for (int at = 0; at < steps; at++) {
      String name = fault + "-" + at;
      runs().forgetPublished();
      log().begin();
      runs().die(name, new Faulty(at, fault));
      runs().run(name);

      assertThat(log().leaves()).as(name).isEqualTo(expected);
      assertThat(runs().alerted()).as(name).containsAll(findings);
      runs().assertAllPublishedHold(name);
    }
  }

  private static final class InMemory implements LogUnderTest {
    private volatile MemoryLogState durable = new MemoryLogState();
    private MemoryLogState kept = new MemoryLogState();

    @Override
    public LogState begin() {
      durable = new MemoryLogState();
      return durable;
    }

    @Override
    public LogState current() {
      return durable;
    }

    @Override
    public void backUp() {
      kept = durable.backup();
    }

    @Override
    public void restore() {
      durable = kept;
    }

    @Override
    public List<ByteString> leaves() {
      return durable.leaves().stream().map(Leaf::value).toList();
    }

    @Override
    public int batch() {
      return 12;
    }
  }
}
