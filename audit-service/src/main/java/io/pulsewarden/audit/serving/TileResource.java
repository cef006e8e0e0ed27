package io.pulsewarden.audit.serving;

import com.google.protobuf.ByteString;
import io.pulsewarden.audit.log.LogStore;
import io.pulsewarden.audit.merkle.Tile;
import io.pulsewarden.audit.problem.ProblemException;
import io.pulsewarden.audit.trail.Caller;
import io.pulsewarden.audit.trail.Disclosure;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;

/**
 * The log as static files would be (C2SP tlog-tiles). Hash tiles are open; entry bundles show
 * entries, so that reading one is itself audited.
 */
@Path("/tile")
@RunOnVirtualThread
class TileResource {

  private static final String FOR_EVER = "max-age=31536000, immutable";

  private final LogStore log;
  private final PublishedLogStore published;
  private final Caller caller;
  private final AuditEvents events;
  private final Disclosure disclosure;

  TileResource(
      LogStore log,
      PublishedLogStore published,
      Caller caller,
      AuditEvents events,
      Disclosure disclosure) {
    this.log = log;
    this.published = published;
    this.caller = caller;
    this.events = events;
    this.disclosure = disclosure;
  }

  @GET
  @Path("/{level: [0-9]+}/{path: .+}")
  @PermitAll
  public Response tile(@PathParam("level") String level, @PathParam("path") String path) {
    if (level.length() != 1 || level.charAt(0) - '0' >= Tile.LEVELS) {
      throw ProblemException.notFound();
    }
    int height = level.charAt(0) - '0';
    TilePath tile = TilePath.parse(path).orElseThrow(ProblemException::notFound);
    requireWithin(tile, height);
    byte[] bytes = Tile.join(log.read(height, tile.index(), tile.width()));
    return bytes(bytes, "public, " + FOR_EVER);
  }

  @GET
  @Path("/entries/{path: .+}")
  @RolesAllowed("${pulsewarden.log.bundle-role}")
  public Response entries(@PathParam("path") String path) {
    TilePath bundle = TilePath.parse(path).orElseThrow(ProblemException::notFound);
    requireWithin(bundle, 0);
    disclosure.record(
        events
            .event(
                AuditAction.AUDIT_ACTION_AUDIT_ENTRY_READ,
                AuditOutcome.AUDIT_OUTCOME_SUCCESS,
                caller.organisation(),
                caller.agent())
            .addEntity(
                Entity.newBuilder()
                    .setType("EntryBundle")
                    .setId(Long.toString(bundle.index()))
                    .setCount(bundle.width()))
            .build());
    List<ByteString> leaves = log.leaves(bundle.index() * Tile.WIDTH, bundle.width());
    if (leaves.size() < bundle.width()) {
      // Pruned. If it is missing for any other reason, no statement covers it.
      throw ProblemException.notFound();
    }
    return bytes(bundle(leaves), "private, " + FOR_EVER);
  }

  /** A value that was too large for an entry; the log has its hash. */
  @GET
  @Path("/blob/{hash: [0-9a-f]{64}}")
  @RolesAllowed("${pulsewarden.log.bundle-role}")
  public Response blob(@PathParam("hash") String hash) {
    ByteString value =
        log.blob(ByteString.copyFrom(HexFormat.of().parseHex(hash)))
            .orElseThrow(ProblemException::notFound);
    disclosure.record(
        events
            .event(
                AuditAction.AUDIT_ACTION_AUDIT_ENTRY_READ,
                AuditOutcome.AUDIT_OUTCOME_SUCCESS,
                caller.organisation(),
                caller.agent())
            .addEntity(Entity.newBuilder().setType("Blob").setId(hash))
            .build());
    return bytes(value.toByteArray(), "private, " + FOR_EVER);
  }

  private void requireWithin(TilePath tile, int height) {
    long most = Long.MAX_VALUE >>> (Byte.SIZE * height);
    boolean possible = tile.width() <= most && tile.index() <= (most - tile.width()) / Tile.WIDTH;
    long ends = tile.index() * Tile.WIDTH + tile.width();
    if (!possible || !published.covers(ends << (Byte.SIZE * height))) {
      throw ProblemException.notFound();
    }
  }

  /** Each entry after its length in two bytes, big-endian. */
  private static byte[] bundle(List<ByteString> leaves) {
    ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    for (ByteString leaf : leaves) {
      bundle.write(leaf.size() >>> Byte.SIZE);
      bundle.write(leaf.size());
      bundle.writeBytes(leaf.toByteArray());
    }
    return bundle.toByteArray();
  }

  private static Response bytes(byte[] body, String caching) {
    return Response.ok(body, MediaType.APPLICATION_OCTET_STREAM_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, caching)
        .build();
  }
}
