package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import java.util.List;

/** Many small batches, in memory. */
class SequencerCrashTest extends SequencerCrashContract {

  private MemoryLogState durable = new MemoryLogState();
  private MemoryLogState kept = new MemoryLogState();

  @Override
  LogState begin() {
    durable = new MemoryLogState();
    return durable;
  }

  @Override
  LogState backUp() {
    kept = durable.backup();
    return durable;
  }

  @Override
  LogState restore() {
    durable = kept;
    return durable;
  }

  @Override
  List<ByteString> leaves() {
    return durable.leaves().stream().map(Leaf::value).toList();
  }

  @Override
  int batch() {
    return 12;
  }
}
