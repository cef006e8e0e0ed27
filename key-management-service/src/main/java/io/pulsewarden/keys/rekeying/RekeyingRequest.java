package io.pulsewarden.keys.rekeying;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.keys.problem.ProblemException;
import io.pulsewarden.keys.problem.StrictJson;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKind;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Whose keys are to be rotated. */
sealed interface RekeyingRequest {

  Instant END = Instant.parse("+10000-01-01T00:00:00Z");

  /** These subjects', in this order. */
  record Named(List<Subject> subjects) implements RekeyingRequest {

    public Named {
      subjects = List.copyOf(subjects);
    }
  }

  /** Those of a kind that were made before. */
  record Older(SubjectKind kind, Instant createdBefore) implements RekeyingRequest {}

  /**
   * Reads a body, strictly.
   *
   * @throws ProblemException 400 if it is anything else, 409 for a kind whose key can't be rotated
   */
  static RekeyingRequest read(byte[] body, UUID organisation) {
    try {
      JsonNode root = StrictJson.read(body);
      if (root.has("subjects") == root.has("createdBefore")) {
        throw unreadable("either subjects or kind and createdBefore");
      }
      return root.has("subjects")
          ? named(root.path("subjects"), organisation)
          : new Older(kind(root), time(root.path("createdBefore").asText()));
    } catch (IOException notJson) {
      throw unreadable("the body: not JSON");
    } catch (DateTimeException noTime) {
      throw unreadable("createdBefore: not a time");
    }
  }

  /** One that the database can hold. */
  private static Instant time(String text) {
    Instant time = Instant.parse(text);
    if (time.isBefore(Instant.EPOCH) || !time.isBefore(END)) {
      throw unreadable("createdBefore: from 1970 to 9999");
    }
    return time;
  }

  private static Named named(JsonNode subjects, UUID organisation) {
    if (!subjects.isArray() || subjects.isEmpty() || subjects.size() > Rekeying.LIMIT) {
      throw unreadable("subjects: an array of 1 to " + Rekeying.LIMIT);
    }
    List<Subject> named = new ArrayList<>();
    for (JsonNode subject : subjects) {
      named.add(new Subject(organisation, kind(subject), id(subject.path("id"))));
    }
    return new Named(named);
  }

  private static UUID id(JsonNode node) {
    return StrictJson.id(node).orElseThrow(() -> unreadable("id: not a UUID"));
  }

  /** A kind that can be rotated. All that an organisation's key is for is permanent. */
  private static SubjectKind kind(JsonNode named) {
    SubjectKind kind =
        SubjectKind.ofWireName(named.path("kind").asText())
            .orElseThrow(() -> unreadable("kind: no such kind"));
    if (kind == SubjectKind.ORGANISATION) {
      throw new ProblemException(
          409,
          "permanent-keys-only",
          "an organisation's key is not rotated: its uses are permanent");
    }
    return kind;
  }

  private static ProblemException unreadable(String detail) {
    return new ProblemException(400, "unreadable-request", detail);
  }
}
