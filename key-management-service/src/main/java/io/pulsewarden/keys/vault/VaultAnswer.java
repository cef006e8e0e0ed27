package io.pulsewarden.keys.vault;

import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import io.github.jopenlibs.vault.json.ParseException;
import io.github.jopenlibs.vault.response.LogicalResponse;
import io.pulsewarden.keys.kek.KekFailure;
import io.pulsewarden.keys.kek.KekUnavailableException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What Vault said: a status, and what it holds.
 *
 * @param body of a 2xx or 4xx; empty where there is none. It can hold keys: it is never logged, and
 *     no exception carries it
 */
record VaultAnswer(int status, JsonObject body) {

  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY = 429;
  private static final int STANDBY_BEHIND = 412;
  private static final int NOT_ACTIVE = 472;
  private static final int STANDBY = 473;
  private static final int SERVER_ERROR = 500;
  private static final int UNAVAILABLE = 503;

  static VaultAnswer of(LogicalResponse response) {
    int status = response.getRestResponse().getStatus();
    byte[] body = response.getRestResponse().getBody();
    if (body == null || body.length == 0) {
      return new VaultAnswer(status, new JsonObject());
    }
    try {
      JsonValue parsed = Json.parse(new String(body, StandardCharsets.UTF_8));
      return new VaultAnswer(status, parsed.isObject() ? parsed.asObject() : new JsonObject());
    } catch (ParseException notVault) {
      // Its message may quote the body.
      return new VaultAnswer(status, new JsonObject());
    }
  }

  boolean isSuccess() {
    return status < BAD_REQUEST;
  }

  boolean isBadRequest() {
    return status == BAD_REQUEST;
  }

  boolean isForbidden() {
    return status == FORBIDDEN;
  }

  /** 404 of a path that the mount serves; without the mount, Vault lists an error. */
  boolean isAbsent() {
    JsonValue errors = body.get("errors");
    return status == NOT_FOUND && errors != null && errors.isArray() && errors.asArray().isEmpty();
  }

  /** The object called {@code data}, if there is one. */
  @Nullable JsonObject data() {
    JsonValue data = body.get("data");
    return data != null && data.isObject() ? data.asObject() : null;
  }

  /** As a failure of the whole request. */
  KekUnavailableException failure() {
    return failure(status);
  }

  static KekUnavailableException failure(VaultException failed) {
    if (failed.getHttpStatusCode() != 0) {
      // The driver puts the body into its message: neither message nor cause may go on.
      return failure(failed.getHttpStatusCode());
    }
    Throwable root = failed;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return new KekUnavailableException(
        KekFailure.UNREACHABLE, "Vault can't be reached: " + root.getClass().getSimpleName(), null);
  }

  private static KekUnavailableException failure(int status) {
    KekFailure reason = reason(status);
    return new KekUnavailableException(
        reason, "Vault answered " + status + ": " + reason.code(), null);
  }

  private static KekFailure reason(int status) {
    return switch (status) {
      case FORBIDDEN -> KekFailure.FORBIDDEN;
      case NOT_FOUND -> KekFailure.NOT_FOUND;
      case UNAVAILABLE -> KekFailure.SEALED;
      case TOO_MANY, STANDBY_BEHIND, NOT_ACTIVE, STANDBY -> KekFailure.BUSY;
      default -> status >= SERVER_ERROR ? KekFailure.BUSY : KekFailure.IMPOSSIBLE;
    };
  }
}
