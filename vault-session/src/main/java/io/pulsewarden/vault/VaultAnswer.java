package io.pulsewarden.vault;

import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.json.Json;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import io.github.jopenlibs.vault.json.ParseException;
import io.github.jopenlibs.vault.response.LogicalResponse;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/**
 * What Vault said: a status, and what it holds.
 *
 * @param body of a 2xx or 4xx; empty where there is none. It can hold keys: it is never logged, and
 *     no exception carries it
 */
public record VaultAnswer(int status, JsonObject body) {

  private static final int OK = 200;
  private static final int REDIRECT = 300;
  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY = 429;
  private static final int STANDBY_BEHIND = 412;
  private static final int NOT_ACTIVE = 472;
  private static final int STANDBY = 473;
  private static final int SERVER_ERROR = 500;
  private static final int UNAVAILABLE = 503;

  public static VaultAnswer of(LogicalResponse response) {
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

  public boolean isSuccess() {
    return status >= OK && status < REDIRECT;
  }

  public boolean isBadRequest() {
    return status == BAD_REQUEST;
  }

  public boolean isForbidden() {
    return status == FORBIDDEN;
  }

  /** 404 of a path that the mount serves; without the mount, Vault lists an error. */
  public boolean isAbsent() {
    JsonValue errors = body.get("errors");
    return status == NOT_FOUND && errors != null && errors.isArray() && errors.asArray().isEmpty();
  }

  /** The object called {@code data}, if there is one. */
  public @Nullable JsonObject data() {
    JsonValue data = body.get("data");
    return data != null && data.isObject() ? data.asObject() : null;
  }

  /** As a failure of the whole request. */
  public VaultUnavailableException failure() {
    return failure(status);
  }

  /** As a failure of the whole request, without what the driver says of it. */
  public static VaultUnavailableException failure(VaultException failed) {
    if (failed.getHttpStatusCode() != 0) {
      // The driver puts the body into its message: neither message nor cause may go on.
      return failure(failed.getHttpStatusCode());
    }
    return new VaultUnavailableException(
        VaultFailure.UNREACHABLE, "Vault can't be reached: " + why(failed), null);
  }

  /** By the kind of its causes, never by their messages. */
  private static String why(Throwable failed) {
    Throwable root = failed;
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case CertificateException _ -> {
          return "its certificate is none that we trust for its name";
        }
        case HttpTimeoutException _ -> {
          return "no answer in time";
        }
        case ConnectException _ -> {
          return "no connection";
        }
        default -> root = cause;
      }
    }
    return root.getClass().getSimpleName();
  }

  private static VaultUnavailableException failure(int status) {
    VaultFailure reason = reason(status);
    return new VaultUnavailableException(
        reason, "Vault answered " + status + ": " + reason.code(), null);
  }

  private static VaultFailure reason(int status) {
    return switch (status) {
      case FORBIDDEN -> VaultFailure.FORBIDDEN;
      case NOT_FOUND -> VaultFailure.NOT_FOUND;
      case UNAVAILABLE -> VaultFailure.SEALED;
      case TOO_MANY, STANDBY_BEHIND, NOT_ACTIVE, STANDBY -> VaultFailure.BUSY;
      // A standby that sends us on to the active node: it will be that, or somebody else is.
      default ->
          status >= SERVER_ERROR || (status >= REDIRECT && status < BAD_REQUEST)
              ? VaultFailure.BUSY
              : VaultFailure.IMPOSSIBLE;
    };
  }
}
