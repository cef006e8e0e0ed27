package io.pulsewarden.simulator.login;

import com.fasterxml.jackson.databind.JsonNode;
import io.pulsewarden.simulator.endpoints.HttpRefusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An access token that is renewed shortly before it expires. Thread-safe; one renewal at a time.
 */
public final class AccessTokens {

  private static final Duration MARGIN = Duration.ofSeconds(30);

  private final OpenIdClient client;
  private final Login login;
  private final Clock clock;

  private @Nullable JsonNode tokens;
  private Instant usableUntil = Instant.MIN;

  /** A way to log in: by password, or by a person in a browser. */
  @FunctionalInterface
  public interface Login {
    JsonNode tokens(OpenIdClient client) throws InterruptedException;
  }

  /** Logs in when the first token is asked for. */
  public AccessTokens(OpenIdClient client, Login login, Clock clock) {
    this.client = client;
    this.login = login;
    this.clock = clock;
  }

  /** A token that is good for at least some seconds. */
  public synchronized String current() throws InterruptedException {
    Instant now = clock.instant();
    JsonNode held = tokens;
    if (held == null || !now.isBefore(usableUntil)) {
      held = held == null ? login.tokens(client) : renewed(held);
      tokens = held;
      usableUntil = now.plusSeconds(held.path("expires_in").asLong()).minus(MARGIN);
    }
    return held.path("access_token").asText();
  }

  private JsonNode renewed(JsonNode held) throws InterruptedException {
    try {
      return client.refresh(held.path("refresh_token").asText());
    } catch (HttpRefusal sessionEnded) {
      return login.tokens(client);
    }
  }
}
