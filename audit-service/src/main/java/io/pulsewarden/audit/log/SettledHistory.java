package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;

/**
 * What the log has of a chain, asked when no batch is on its way: what that one adds would be
 * missing. Whether it got there, {@link CommitLane#settle} says.
 */
record SettledHistory(ChainHistory log, CommitLane lane) implements ChainHistory {

  @Override
  public Optional<ChainLink> last(ChainId chain) {
    lane.await();
    return log.last(chain);
  }

  @Override
  public Iterable<ByteString> showingCertificates(ChainId chain) {
    lane.await();
    return log.showingCertificates(chain);
  }

  @Override
  public List<ByteString> at(ChainId chain, long sequence) {
    lane.await();
    return log.at(chain, sequence);
  }

  @Override
  public int strays(ChainId chain) {
    lane.await();
    return log.strays(chain);
  }
}
