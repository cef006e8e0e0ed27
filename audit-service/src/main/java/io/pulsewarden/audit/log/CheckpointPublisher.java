package io.pulsewarden.audit.log;

import io.pulsewarden.audit.checkpoint.CheckpointSigner;
import io.pulsewarden.audit.checkpoint.SignedCheckpoint;
import io.pulsewarden.audit.checkpoint.SigningKeyFile;
import io.pulsewarden.audit.merkle.ProofBuilder;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Signs heads that are committed, and stores what it signed. Stored is published, unless a quorum
 * of witnesses has to cosign first ({@link CosignedPublisher}).
 */
final class CheckpointPublisher {

  private final LogState store;
  private final SigningKeyFile keyFile;
  private final String origin;
  private final PublishedFile published;
  private final AtomicReference<List<String>> shown = new AtomicReference<>(List.of());
  private volatile boolean behind;
  private @Nullable SignedCheckpoint newest;
  private boolean looked;
  private boolean extended;

  CheckpointPublisher(
      LogState store, SigningKeyFile keyFile, String origin, PublishedFile published) {
    this.store = store;
    this.keyFile = keyFile;
    this.origin = origin;
    this.published = published;
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
    looked = false;
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
   * Somebody shows checkpoints that he says were published, such as a witness. They are looked at
   * with the next publication; what the log's own key did not sign counts for nothing. Thread-safe.
   */
  void shown(List<String> notes) {
    shown.set(List.copyOf(notes));
  }

  /**
   * Whether the database is older than what was published from here, as after a restored backup.
   * The log follows from its topic, so that it becomes the same again as long as Kafka has the
   * records; until then, nothing is signed.
   */
  boolean isBehind() {
    return behind;
  }

  /**
   * Signs and stores the checkpoint of a committed head, unless there is one.
   *
   * <p>A crash before the signature leaves a log ahead of its checkpoint: the next sequencer calls
   * this at its start. A crash between signature and storing leaves at most a note in a file here
   * that nobody else saw, of a tree that is committed; the same head signed again gives the same
   * note. Once stored, it is published, or shown to witnesses: either way it can't be taken back.
   *
   * @throws LogContradictedException if the log is not the one that was published
   */
  void publish(CheckpointSigner signer, TreeHead committed) {
    Optional<LogStore.StoredCheckpoint> latest = store.newestSigned();
    byte[] root = committed.root().toByteArray();
    if (isBehind(signer, committed)) {
      return;
    }
    if (latest.isPresent() && latest.get().size() >= committed.size()) {
      requireSame(signer, committed, latest.get());
      return;
    }
    String note = signer.sign(committed.size(), root);
    published.write(note);
    newest = new SignedCheckpoint(committed.size(), root);
    store.storeCheckpoint(committed.size(), note);
  }

  /**
   * Looks, while another instance sequences, whether the database has what was published from here.
   * Signs nothing.
   *
   * @throws LogContradictedException if the log is not the one that was published
   */
  void follow() throws IOException, GeneralSecurityException {
    if (!keyFile.exists()) {
      return; // Nothing was published from here.
    }
    if (!looked) {
      recall(keyFile.signer(origin));
    }
    if (!shown.get().isEmpty()) {
      heed(keyFile.signer(origin), store.head());
    }
    SignedCheckpoint seen = newest;
    long signed = store.newestSigned().map(LogStore.StoredCheckpoint::size).orElse(0L);
    boolean has = seen == null || seen.size() <= signed;
    if (seen != null && has && !extended) {
      requireExtended(seen, store.head());
    }
    extended = has;
    behind = !has;
  }

  private void recall(CheckpointSigner signer) {
    newest = published.read().map(note -> opened(signer, note)).orElse(null);
    extended = false;
    looked = true;
  }

  /** Once a log was seen to extend the file's note, appends keep it so. */
  private boolean isBehind(CheckpointSigner signer, TreeHead committed) {
    if (!looked) {
      recall(signer);
    }
    heed(signer, committed);
    SignedCheckpoint seen = newest;
    behind = seen != null && seen.size() > committed.size();
    if (!behind && seen != null && !extended) {
      requireExtended(seen, committed);
    }
    extended = !behind;
    return behind;
  }

  /** Looks at what was shown since the last time. */
  private void heed(CheckpointSigner signer, TreeHead committed) {
    for (String note : shown.getAndSet(List.of())) {
      for (String own : own(note)) {
        signer.open(own).ifPresent(signed -> heed(own, signed, committed));
      }
    }
  }

  /** A note with one signature each that may be the log's: others may have signed it as well. */
  private List<String> own(String note) {
    int end = note.indexOf("\n\n");
    String body = note.substring(0, end < 0 ? 0 : end + 2);
    return note.substring(body.length())
        .lines()
        .filter(line -> line.startsWith("\u2014 " + origin + " "))
        .map(line -> body + line + "\n")
        .toList();
  }

  /**
   * What is larger than anything that was published from here was published all the same. A crash
   * before it is written loses it, and its witness shows it again.
   */
  private void heed(String note, SignedCheckpoint signed, TreeHead committed) {
    SignedCheckpoint before = newest;
    if (before == null || before.size() < signed.size()) {
      published.write(note);
      newest = signed;
      extended = false;
    } else if (signed.size() <= committed.size()) {
      requireExtended(signed, committed);
    }
  }

  private static SignedCheckpoint opened(CheckpointSigner signer, String note) {
    return signer
        .open(note)
        .orElseThrow(
            () -> new LogContradictedException("the published checkpoint is another log's"));
  }

  private void requireExtended(SignedCheckpoint seen, TreeHead committed) {
    byte[] root = new ProofBuilder(committed.size(), store).root(seen.size());
    if (!Arrays.equals(root, seen.root())) {
      throw new LogContradictedException("the log is not the one that was published");
    }
  }

  private static void requireSame(
      CheckpointSigner signer, TreeHead committed, LogStore.StoredCheckpoint latest) {
    if (latest.size() == committed.size()
        && !signer.signed(latest.note(), committed.size(), committed.root().toByteArray())) {
      throw new LogContradictedException("a stored checkpoint contradicts the log");
    }
  }
}
