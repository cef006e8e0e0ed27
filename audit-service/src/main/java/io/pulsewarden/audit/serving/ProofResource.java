package io.pulsewarden.audit.serving;

import io.pulsewarden.audit.log.LogStore;
import io.pulsewarden.audit.merkle.ProofBuilder;
import io.pulsewarden.audit.merkle.ProofCheck;
import io.pulsewarden.audit.merkle.TileHashes;
import io.pulsewarden.audit.problem.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Proofs of RFC 6962, ready-made for those who don't read tiles. Open to all: they hold hashes.
 * Each is checked before it leaves.
 */
@Path("/v1/proofs")
@PermitAll
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
class ProofResource {

  private final TileHashes log;
  private final PublishedLogStore published;

  ProofResource(PublishedLogStore published) {
    this.log = published.tiles();
    this.published = published;
  }

  /** Hashes in base64. */
  public record InclusionProof(long index, long size, String leafHash, List<String> hashes) {}

  /** Hashes in base64. */
  public record ConsistencyProof(long from, long to, List<String> hashes) {}

  @GET
  @Path("/inclusion")
  public InclusionProof inclusion(
      @QueryParam("index") @Nullable String index, @QueryParam("size") @Nullable String size) {
    long treeSize = size(size, "size");
    long leaf = number(index, "index");
    if (leaf >= treeSize) {
      throw ProblemException.invalid("index");
    }
    ProofBuilder builder = new ProofBuilder(treeSize, log);
    byte[] leafHash = builder.leaf(leaf);
    List<byte[]> hashes = builder.inclusion(leaf);
    require(ProofCheck.inclusion(leaf, treeSize, leafHash, hashes, builder.root(treeSize)));
    return new InclusionProof(leaf, treeSize, base64(leafHash), base64(hashes));
  }

  @GET
  @Path("/consistency")
  public ConsistencyProof consistency(
      @QueryParam("from") @Nullable String from, @QueryParam("to") @Nullable String to) {
    long newer = size(to, "to");
    long older = number(from, "from");
    if (older < 1 || older > newer) {
      throw ProblemException.invalid("from");
    }
    ProofBuilder builder = new ProofBuilder(newer, log);
    List<byte[]> hashes = builder.consistency(older);
    byte[] olderRoot = new ProofBuilder(older, log).root(older);
    require(ProofCheck.consistency(older, newer, olderRoot, builder.root(newer), hashes));
    return new ConsistencyProof(older, newer, base64(hashes));
  }

  /** With the newest published checkpoint, to be kept: it is checked without the log. */
  @GET
  @Path("/receipt")
  @Produces("text/plain; charset=utf-8")
  public String receipt(@QueryParam("index") @Nullable String index) {
    LogStore.StoredCheckpoint newest = published.checkpoint();
    long leaf = number(index, "index");
    if (leaf >= newest.size()) {
      throw ProblemException.invalid("index");
    }
    ProofBuilder builder = new ProofBuilder(newest.size(), log);
    byte[] root = builder.root(newest.size());
    TlogProof proof = new TlogProof(leaf, builder.inclusion(leaf), newest.note());
    require(
        proof.signs(root)
            && ProofCheck.inclusion(leaf, newest.size(), builder.leaf(leaf), proof.hashes(), root));
    return proof.text();
  }

  /** Without one, the size of the newest checkpoint. */
  private long size(@Nullable String text, String parameter) {
    long size = text == null ? published.size() : number(text, parameter);
    if (size < 1 || !published.covers(size)) {
      throw ProblemException.invalid(parameter);
    }
    return size;
  }

  private static long number(@Nullable String text, String parameter) {
    if (text == null || !text.matches("0|[1-9]\\d{0,17}")) {
      throw ProblemException.invalid(parameter);
    }
    return Long.parseLong(text);
  }

  private static void require(boolean proven) {
    if (!proven) {
      throw new IllegalStateException("the log's tiles don't prove what they should");
    }
  }

  private static List<String> base64(List<byte[]> hashes) {
    return hashes.stream().map(ProofResource::base64).toList();
  }

  private static String base64(byte[] hash) {
    return Base64.getEncoder().encodeToString(hash);
  }
}
