package io.pulsewarden.vault.standin;

import com.fasterxml.jackson.databind.JsonNode;

/** What is mounted; one request at a time. */
interface Engine {

  /**
   * Does it.
   *
   * @param path below the mount
   */
  Answer answer(String method, String path, JsonNode body);
}
