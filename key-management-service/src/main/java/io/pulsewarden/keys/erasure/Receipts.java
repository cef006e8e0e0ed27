package io.pulsewarden.keys.erasure;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pulsewarden.keys.kek.KekVersion;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/** What a receipt says; docs/formats/erasure-receipt.md. */
final class Receipts {

  private final String issuer;

  /**
   * @param issuer this service's SPIFFE id
   */
  Receipts(String issuer) {
    this.issuer = issuer;
  }

  ObjectNode of(Destroyed destroyed, Purge purge, Instant now) {
    Erasure erasure = destroyed.erasure();
    ObjectNode receipt = JsonNodeFactory.instance.objectNode();
    receipt.put("iss", issuer);
    receipt.put("iat", now.getEpochSecond());
    receipt.put("jti", erasure.id().toString());
    receipt.put("organisation", erasure.patient().organisation().toString());
    receipt.put("patient", erasure.patient().id().toString());
    receipt.put("reason", erasure.reason().text());
    receipt.put("legalBasis", erasure.legalBasis().text());
    put(receipt, "requested", erasure.requested());
    Act confirmed = erasure.confirmed();
    if (confirmed != null) {
      put(receipt, "confirmed", confirmed);
    }
    receipt.put("destroyedAt", String.valueOf(erasure.destroyedAt()));
    ObjectNode gone = receipt.putObject("destroyed");
    ArrayNode keys = gone.putArray("subjectKeys");
    Set<KekVersion> keks = new LinkedHashSet<>();
    for (DestroyedKey key : destroyed.keys()) {
      keys.addObject().put("id", key.id().toString()).put("version", key.version());
      keks.add(key.kek());
    }
    gone.put("blindIndexes", purge.blindIndexes());
    gone.put("heldBlocks", purge.heldBlocks());
    holders(receipt.putArray("holders"), destroyed);
    // A backup of before has the keys, wrapped; it is void once nothing unwraps them any more.
    ArrayNode trims = receipt.putObject("backups").putArray("voidOnceTrimmed");
    for (KekVersion kek : keks) {
      trims.addObject().put("kek", kek.name().toString()).put("version", kek.version());
    }
    return receipt;
  }

  private static void holders(ArrayNode holders, Destroyed destroyed) {
    for (HolderEnd end : destroyed.holders()) {
      ObjectNode holder =
          holders
              .addObject()
              .put("service", end.service())
              .put("instance", end.instance().toString());
      Instant evicted = end.evictedAt();
      if (evicted == null) {
        holder.put("fencedAt", end.fencedAt().toString());
      } else {
        holder.put("evictedAt", evicted.toString());
      }
    }
  }

  private static void put(ObjectNode receipt, String what, Act act) {
    receipt.putObject(what).put("by", act.by()).put("at", act.at().toString());
  }
}
