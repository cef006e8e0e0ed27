package io.pulsewarden.audit.log;

import io.pulsewarden.audit.checkpoint.CheckpointSigner;
import io.pulsewarden.audit.checkpoint.SigningKeyFile;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;

/** Signs heads that are committed, and stores what it signed; stored is published. */
final class CheckpointPublisher {

  private final LogStore store;
  private final SigningKeyFile keyFile;
  private final String origin;

  CheckpointPublisher(LogStore store, SigningKeyFile keyFile, String origin) {
    this.store = store;
    this.keyFile = keyFile;
    this.origin = origin;
  }

  /**
   * The signer of this log. At the log's first start a key is made.
   *
   * <p>A crash between making the key and noting it leaves a key that the next start notes. Once
   * noted, the log is signed by no other: a missing or replaced key stops the sequencer.
   *
   * @throws IllegalStateException if the key is not the log's
   */
  CheckpointSigner signer() {
    Optional<String> identity = store.verifierKey();
    try {
      if (identity.isEmpty() && !keyFile.exists()) {
        keyFile.create();
      }
      if (!keyFile.exists()) {
        throw new IllegalStateException("the log's signing key is missing");
      }
      CheckpointSigner signer = keyFile.signer(origin);
      if (identity.isEmpty()) {
        store.storeIdentity(signer.verifierKey());
      }
      if (!store.verifierKey().equals(Optional.of(signer.verifierKey()))) {
        throw new IllegalStateException("the signing key or the origin is not the log's");
      }
      return signer;
    } catch (IOException | GeneralSecurityException unusable) {
      throw new IllegalStateException("the log's signing key can't be used", unusable);
    }
  }

  /**
   * Signs and stores the checkpoint of a committed head, unless there is one.
   *
   * <p>A crash before the signature leaves a log ahead of its checkpoint: the next sequencer calls
   * this at its start. A crash between signature and storing leaves nothing that anybody saw; the
   * same head signed again gives the same note. Once stored, it is published.
   */
  void publish(CheckpointSigner signer, TreeHead committed) {
    Optional<LogStore.StoredCheckpoint> latest = store.latestCheckpoint();
    byte[] root = committed.root().toByteArray();
    if (latest.isPresent() && latest.get().size() >= committed.size()) {
      requireSame(signer, committed, latest.get());
      return;
    }
    store.storeCheckpoint(committed.size(), signer.sign(committed.size(), root));
  }

  private static void requireSame(
      CheckpointSigner signer, TreeHead committed, LogStore.StoredCheckpoint latest) {
    if (latest.size() == committed.size()
        && !signer.signed(latest.note(), committed.size(), committed.root().toByteArray())) {
      throw new IllegalStateException("a published checkpoint contradicts the log");
    }
  }
}
