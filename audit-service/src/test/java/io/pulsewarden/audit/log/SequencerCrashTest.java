package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

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
