package io.pulsewarden.simulator.endpoints;

import io.pulsewarden.simulator.SimulatorException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the platform is: the {@code PW_} variables of a {@code platform.env} file or, where the
 * file has none, of the environment. A variable is asked for only when it is used.
 */
public final class Endpoints {

  private final Map<String, String> variables;

  private Endpoints(Map<String, String> variables) {
    this.variables = variables;
  }

  /**
   * Reads a file of {@code NAME=value} lines as a shell would source it: {@code export} and quotes
   * around a value are allowed, expansions are not.
   *
   * @param file null: the environment alone
   * @param environment usually {@code System.getenv()}
   */
  public static Endpoints read(@Nullable Path file, Map<String, String> environment) {
    Map<String, String> variables = new HashMap<>(environment);
    if (file != null) {
      try {
        for (String line : Files.readAllLines(file)) {
          readLine(line.strip(), variables);
        }
      } catch (IOException e) {
        throw new SimulatorException("cannot read " + file + "; is the platform up?", e);
      }
    }
    return new Endpoints(variables);
  }

  private static void readLine(String line, Map<String, String> into) {
    int equals = line.indexOf('=');
    if (line.startsWith("#") || equals < 1) {
      return;
    }
    String name = line.substring(0, equals).replaceFirst("^export\\s+", "").strip();
    String value = line.substring(equals + 1).strip();
    if (value.length() >= 2
        && (value.startsWith("\"") || value.startsWith("'"))
        && value.charAt(0) == value.charAt(value.length() - 1)) {
      value = value.substring(1, value.length() - 1);
    }
    into.put(name, value);
  }

  /** The registry's REST interface. */
  public URI registry() {
    return uri("PW_REGISTRY_URL");
  }

  /** The base of the EST paths, {@code .../.well-known/est}. */
  public URI est() {
    String url = required("PW_EST_URL").replaceAll("/+$", "");
    return URI.create(url.endsWith("/.well-known/est") ? url : url + "/.well-known/est");
  }

  /** The FHIR base. */
  public URI fhir() {
    return uri("PW_FHIR_URL");
  }

  /** The OpenID Connect issuer. */
  public URI issuer() {
    return uri("PW_OIDC_ISSUER");
  }

  /** The MQTT server as Paho takes it. */
  public String mqtt() {
    return "ssl://" + required("PW_MQTT_HOST") + ":" + required("PW_MQTT_PORT");
  }

  /** The certificate authorities that the servers' certificates come from, PEM. */
  public Path caFile() {
    return Path.of(required("PW_CA_FILE"));
  }

  /** Users and passwords of a platform on one machine. */
  public Path demoUsersFile() {
    return Path.of(required("PW_DEMO_USERS_FILE"));
  }

  private URI uri(String name) {
    return URI.create(required(name).replaceAll("/+$", ""));
  }

  private String required(String name) {
    String value = variables.get(name);
    if (value == null || value.isEmpty()) {
      throw new SimulatorException(name + " is neither in the environment nor in the --env file");
    }
    return value;
  }
}
