package io.pulsewarden.keys.rekeying;

import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKind;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Subject keys and those that follow them, in the database. Blocks. Thread-safe. */
interface NextKeys {

  /** All keys of these subjects, newest first for each. */
  List<KeyRow> ofSubjects(Collection<Subject> subjects);

  /** Subjects whose active key is older than that, oldest first. */
  List<Subject> olderThan(UUID organisation, SubjectKind kind, Instant createdBefore, int limit);

  /**
   * Puts each successor in the place of the key before it, if that one still seals, with the events
   * that say so, all in one transaction. What was erased or rotated meanwhile stays as it is.
   *
   * @return those that were put there
   */
  List<Successor> replace(List<Successor> successors, Caller by, Instant at);
}
