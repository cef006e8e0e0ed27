package io.pulsewarden.vault.standin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Tokens that live: what each may do, until when, and until when at most. */
final class Tokens {

  /**
   * What a login gives.
   *
   * @param policies names
   */
  record Grant(List<String> policies, Duration life, Duration longestLife) {

    Grant {
      policies = List.copyOf(policies);
    }
  }

  /** A token. */
  record Token(String text, Grant grant, Instant endsAt, Instant lastEnd) {

    boolean isRoot() {
      return text.equals(VaultStandIn.ROOT);
    }
  }

  private final Clock clock;
  private final Map<String, Token> living = new HashMap<>();

  Tokens(Clock clock) {
    this.clock = clock;
    revokeAll();
  }

  /** All but root's. */
  void revokeAll() {
    living.clear();
    living.put(
        VaultStandIn.ROOT,
        new Token(
            VaultStandIn.ROOT,
            new Grant(List.of("root"), Duration.ZERO, Duration.ZERO),
            Instant.MAX,
            Instant.MAX));
  }

  Optional<Token> find(String text) {
    return Optional.ofNullable(living.get(text))
        .filter(token -> clock.instant().isBefore(token.endsAt()));
  }

  Answer create(Grant grant) {
    Instant now = clock.instant();
    return keep(
        new Token(
            "hvs.canary-" + UUID.randomUUID(),
            grant,
            now.plus(grant.life()),
            now.plus(grant.longestLife())));
  }

  Answer renew(Token token) {
    Instant wanted = clock.instant().plus(token.grant().life());
    Instant end = wanted.isBefore(token.lastEnd()) ? wanted : token.lastEnd();
    return keep(new Token(token.text(), token.grant(), end, token.lastEnd()));
  }

  private Answer keep(Token token) {
    living.put(token.text(), token);
    ObjectNode answer =
        Answer.JSON
            .createObjectNode()
            .put("lease_id", "")
            .put("renewable", false)
            .put("lease_duration", 0);
    answer
        .putObject("auth")
        .put("client_token", token.text())
        .put("lease_duration", Duration.between(clock.instant(), token.endsAt()).toSeconds())
        .put("renewable", true)
        .putArray("policies");
    return Answer.of(answer);
  }
}
