package io.pulsewarden.platform.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/**
 * What a server answered.
 *
 * @param status HTTP's
 * @param body as it came
 */
@SuppressWarnings("ArrayRecordComponent") // Read once and never compared.
public record HttpAnswer(int status, byte[] body) {

  private static final int SUCCESS = 2;

  public boolean isSuccess() {
    return status / 100 == SUCCESS;
  }

  /** Missing if the body is empty. */
  public JsonNode json() throws IOException {
    return PlatformHttp.parse(body);
  }
}
