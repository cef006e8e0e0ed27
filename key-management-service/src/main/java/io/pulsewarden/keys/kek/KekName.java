package io.pulsewarden.keys.kek;

import java.util.UUID;

/**
 * A KEK: one of at most sixteen shards of an organisation, never one of a patient.
 *
 * @param shard from 0 to 15
 */
public record KekName(UUID organisation, int shard) {

  /** How many KEKs an organisation has at most. */
  public static final int SHARDS = 16;

  public KekName {
    if (shard < 0 || shard >= SHARDS) {
      throw new IllegalArgumentException("no such shard");
    }
  }

  @Override
  public String toString() {
    return organisation + "." + shard;
  }
}
