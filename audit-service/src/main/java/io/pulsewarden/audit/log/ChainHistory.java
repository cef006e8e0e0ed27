package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;

/** What the log already has of a chain. */
interface ChainHistory {

  /** The chain's record with the highest sequence. */
  Optional<ChainLink> last(ChainId chain);

  /** The values of the chain's records that show certificates, in the log's order. */
  Iterable<ByteString> showingCertificates(ChainId chain);

  /** The hashes of all records with this place in the chain; several only after a fork. */
  List<ByteString> at(ChainId chain, long sequence);

  /** How many of the chain's records out of their places it can find again. */
  int strays(ChainId chain);
}
