package io.pulsewarden.vault.standin;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** What Vault says. */
record Answer(int status, @Nullable ObjectNode body) {

  static final JsonMapper JSON = JsonMapper.builder().build();

  private static final int OK = 200;
  private static final int DONE = 204;
  private static final int ABSENT = 404;

  static Answer of(ObjectNode body) {
    return new Answer(OK, body);
  }

  static Answer data(ObjectNode data) {
    ObjectNode body = JSON.createObjectNode();
    body.set("data", data);
    return of(body);
  }

  static Answer done() {
    return new Answer(DONE, null);
  }

  /** Of a path that is served and has nothing there: no error is listed. */
  static Answer absent() {
    ObjectNode body = JSON.createObjectNode();
    body.putArray("errors");
    return new Answer(ABSENT, body);
  }

  static Answer error(int status, String message) {
    ObjectNode body = JSON.createObjectNode();
    body.putArray("errors").add(message);
    return new Answer(status, body);
  }
}
