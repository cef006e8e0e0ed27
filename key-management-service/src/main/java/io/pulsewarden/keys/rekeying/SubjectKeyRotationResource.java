package io.pulsewarden.keys.rekeying;

import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.keys.problem.ProblemException;
import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKeyState;
import io.pulsewarden.keys.subject.SubjectKind;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Subject keys of the caller's organisation and their rotation; docs/rotation.md. */
@Path("/v1")
@RolesAllowed(Caller.KEY_CUSTODIAN)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class SubjectKeyRotationResource {

  /**
   * What became of one subject.
   *
   * @param outcome {@code rotated}, {@code erased} or {@code unknown}
   * @param subjectKeyId the key that seals now
   */
  public record Outcome(
      String kind,
      UUID id,
      String outcome,
      @Nullable UUID subjectKeyId,
      @Nullable Integer version) {}

  /** A key of a subject. */
  public record KeyView(
      UUID subjectKeyId,
      int version,
      String state,
      Instant createdAt,
      @Nullable Instant rotatedAt,
      @Nullable Instant destroyedAt) {}

  /** A list. */
  public record Items<T>(List<T> items) {}

  private final Rekeying rekeying;
  private final Instance<Caller> callers;

  SubjectKeyRotationResource(Rekeying rekeying, Instance<Caller> callers) {
    this.rekeying = rekeying;
    this.callers = callers;
  }

  /** Rotates, and answers once it is done: 200 with an outcome for each subject. */
  @POST
  @Path("/subject-key-rotations")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(summary = "Gives up to 1,000 patients or devices their next key, by id or by age")
  public Items<Outcome> rotate(byte[] body) {
    Caller caller = callers.get();
    RekeyingRequest request = RekeyingRequest.read(body, caller.organisation());
    try {
      return switch (request) {
        case RekeyingRequest.Named(List<Subject> subjects) -> {
          Map<Subject, KeyRow> newest = rekeying.rotate(subjects, caller);
          yield new Items<>(
              subjects.stream().map(subject -> outcome(subject, newest.get(subject))).toList());
        }
        case RekeyingRequest.Older(SubjectKind kind, Instant createdBefore) ->
            new Items<>(
                rekeying.rotateOlderThan(kind, createdBefore, caller).entrySet().stream()
                    .map(each -> outcome(each.getKey(), each.getValue()))
                    .toList());
      };
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof KekUnavailableException unavailable) {
        throw new ProblemException(
            503,
            "kek-provider-" + unavailable.reason().code(),
            "the KEK provider does not work now");
      }
      throw failed;
    }
  }

  /** All versions, newest first; none if it never had a key. */
  @GET
  @Path("/subject-keys/{kind}/{id}")
  @Operation(summary = "A subject's keys with their states and times, newest first")
  public Items<KeyView> keys(@PathParam("kind") String kind, @PathParam("id") UUID id) {
    SubjectKind known =
        SubjectKind.ofWireName(kind)
            .orElseThrow(
                () -> new ProblemException(404, "no-such-kind", "no subject is of that kind"));
    return new Items<>(
        rekeying.of(new Subject(callers.get().organisation(), known, id)).stream()
            .map(
                row ->
                    new KeyView(
                        row.id(),
                        row.version(),
                        row.state().name().toLowerCase(Locale.ROOT),
                        row.createdAt(),
                        row.rotatedAt(),
                        row.destroyedAt()))
            .toList());
  }

  private static Outcome outcome(Subject subject, @Nullable KeyRow newest) {
    String kind = subject.kind().wireName();
    if (newest == null) {
      return new Outcome(kind, subject.id(), "unknown", null, null);
    }
    return newest.state() == SubjectKeyState.ACTIVE
        ? new Outcome(kind, subject.id(), "rotated", newest.id(), newest.version())
        : new Outcome(kind, subject.id(), "erased", null, null);
  }
}
