package io.pulsewarden.audit.log;

import com.google.protobuf.ByteString;
import io.pulsewarden.audit.merkle.TileHashes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What of the log is durable, as a sequencer sees it. PostgreSQL in service; memory in tests. */
interface LogState extends TileHashes, ChainHistory {

  TreeHead head();

  /**
   * Commits a batch, if the log still is what the batch was made for.
   *
   * @return false if another sequencer was first; nothing was changed then
   */
  boolean commit(TreeHead from, TreeHead to, LogStore.Addition addition);

  /** The values of the leaves from an index on, as far as there are any. */
  List<ByteString> leaves(long first, int count);

  /** Reads entries that the log has and its chains don't yet, up to this size of the log. */
  void completeChains(long size);

  /** Chains that have not ended; to be read after the head that they are used with. */
  Map<ChainId, ChainWatch.Watched> watched();

  /** The newest checkpoint that was signed. Without a quorum of witnesses it is published. */
  Optional<LogStore.StoredCheckpoint> newestSigned();

  /** The newest that at least so many witnesses have cosigned, with their lines. */
  Optional<LogStore.StoredCheckpoint> newestCosigned(int atLeast);

  /** The offset of the last record whose entries are published. */
  OptionalLong publishedOffset();

  /** Stores a checkpoint with its cosignatures. */
  void storeCosigned(long size, String note, int cosignatures);

  /** Stores a checkpoint. Another instance may have stored one of the same tree; its own stays. */
  void storeCheckpoint(long size, String note);

  /** The verifier key that the log began with. */
  Optional<String> verifierKey();

  /** Fixes the log's verifier key, once and for all. */
  void storeIdentity(String verifierKey);
}
