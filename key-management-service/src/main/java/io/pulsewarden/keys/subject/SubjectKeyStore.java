package io.pulsewarden.keys.subject;

import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekVersion;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** Subject keys at rest. Thread-safe. Stages fail when the database can't be used. */
interface SubjectKeyStore {

  /** All keys of these subjects, whatever their state. */
  CompletionStage<List<StoredKey>> ofSubjects(Collection<Subject> subjects);

  /** The keys with these ids. */
  CompletionStage<List<StoredKey>> byIds(Collection<UUID> ids);

  /**
   * Adds those whose subject has no key yet, with their key-state and audit records, in one
   * transaction; of two that add for one subject at a time the first wins.
   *
   * @param requestedBy SPIFFE id of the service that needs them
   * @return those that were added
   */
  CompletionStage<List<StoredKey>> addMissing(List<StoredKey> candidates, String requestedBy);

  /** The KEK versions that rows still need. */
  CompletionStage<List<KekVersion>> kekVersionsInUse();

  /** The newest version that rows need of each of these KEKs; nothing of those that none needs. */
  CompletionStage<List<KekVersion>> newestKekVersions(Collection<KekName> keks);
}
