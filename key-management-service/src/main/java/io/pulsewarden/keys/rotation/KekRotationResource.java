package io.pulsewarden.keys.rotation;

import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.pulsewarden.keys.problem.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Rotation and trim of the KEKs of the caller's organisation; docs/rotation.md. */
@Path("/v1")
@RolesAllowed(Caller.KEY_CUSTODIAN)
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class KekRotationResource {

  /** A rotation as it is shown. */
  public record RotationView(
      int shard,
      int targetVersion,
      long rewrapped,
      long left,
      Instant requestedAt,
      @Nullable Instant finishedAt) {}

  /** A trim as it is shown. */
  public record TrimView(int shard, int oldestKept, String state, Instant provenAt) {}

  /** A list. */
  public record Items<T>(List<T> items) {}

  private final KekRotations rotations;
  private final Instance<Caller> callers;

  KekRotationResource(KekRotations rotations, Instance<Caller> callers) {
    this.rotations = rotations;
    this.callers = callers;
  }

  /** Begins. */
  @POST
  @Path("/kek-rotations")
  @Operation(summary = "Gives each KEK a new version and wraps its keys anew, in the background")
  public Response rotate() {
    Caller caller = callers.get();
    return Response.accepted(rotationViews(answered(() -> rotations.rotate(caller)))).build();
  }

  /** Progress. */
  @GET
  @Path("/kek-rotations")
  @Operation(summary = "Rotations and how many keys are left, newest first")
  public Items<RotationView> rotations() {
    return rotationViews(rotations.rotations(callers.get()));
  }

  /** The first gates. */
  @POST
  @Path("/kek-trims")
  @Operation(summary = "Proves that no key is wrapped by an older version; then take a backup")
  public Response prove() {
    Caller caller = callers.get();
    return Response.accepted(trimViews(answered(() -> rotations.prove(caller)))).build();
  }

  /** How far. */
  @GET
  @Path("/kek-trims")
  @Operation(summary = "Trims and their states, newest first")
  public Items<TrimView> trims() {
    return trimViews(rotations.trims(callers.get()));
  }

  /** The last gates. */
  @POST
  @Path("/kek-trims/verification")
  @Operation(
      summary = "Opens every key of the restored backup; then the old versions are destroyed")
  public Response verify() {
    Caller caller = callers.get();
    return Response.accepted(trimViews(answered(() -> rotations.verify(caller)))).build();
  }

  private static <T> T answered(Supplier<T> work) {
    try {
      return work.get();
    } catch (GateException refused) {
      throw new ProblemException(409, refused.gate().code(), refused.gate().detail());
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

  private static Items<RotationView> rotationViews(List<Rotation> rotations) {
    return new Items<>(
        rotations.stream()
            .map(
                each ->
                    new RotationView(
                        each.target().name().shard(),
                        each.target().version(),
                        each.rewrapped(),
                        each.left(),
                        each.requestedAt(),
                        each.finishedAt()))
            .toList());
  }

  private static Items<TrimView> trimViews(List<Trim> trims) {
    return new Items<>(
        trims.stream()
            .map(
                each ->
                    new TrimView(
                        each.oldestKept().name().shard(),
                        each.oldestKept().version(),
                        each.state().name().toLowerCase(Locale.ROOT),
                        each.provenAt()))
            .toList());
  }
}
