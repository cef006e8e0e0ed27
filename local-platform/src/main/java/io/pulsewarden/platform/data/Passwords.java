package io.pulsewarden.platform.data;

import io.pulsewarden.platform.secret.Password;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The random secrets of a data folder. All are written at once before any is used, so a start that
 * was cut off never leaves a server with a password that nobody knows.
 */
public final class Passwords {

  private static final String FILE = "passwords.properties";
  private static final String ORGANISATION = "organisation";

  private final Map<String, String> values;

  private Passwords(Map<String, String> values) {
    this.values = values;
  }

  /** Those of the folder; made if there are none. */
  public static Passwords openOrCreate(DataFolder data) throws IOException {
    Map<String, String> values = PropertiesFile.read(data.secret(FILE));
    if (values.isEmpty()) {
      values = random();
      PropertiesFile.write(data.secret(FILE), values);
    }
    Passwords passwords = new Passwords(values);
    PropertiesFile.write(data.demoUsers(), passwords.demoUsers());
    return passwords;
  }

  public Password postgresSuperuser() {
    return get("postgres.superuser");
  }

  public Password postgresOwner() {
    return get("postgres.owner");
  }

  public Password keycloakAdmin() {
    return get("keycloak.admin");
  }

  public Password of(DemoUser user) {
    return get("demo." + user.login());
  }

  /** The organisation that the demo users belong to. */
  public UUID organisation() {
    return UUID.fromString(get(ORGANISATION).reveal());
  }

  private Password get(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalStateException(FILE + " has no " + name);
    }
    return Password.of(value);
  }

  private Map<String, String> demoUsers() {
    Map<String, String> users = new TreeMap<>();
    for (DemoUser user : DemoUser.values()) {
      users.put(user.login() + ".password", of(user).reveal());
      users.put(user.login() + ".role", String.join(",", user.roles()));
    }
    return users;
  }

  private static Map<String, String> random() {
    Map<String, String> values = new TreeMap<>();
    for (String name : new String[] {"postgres.superuser", "postgres.owner", "keycloak.admin"}) {
      values.put(name, Password.random().reveal());
    }
    for (DemoUser user : DemoUser.values()) {
      values.put("demo." + user.login(), Password.random().reveal());
    }
    values.put(ORGANISATION, UUID.randomUUID().toString());
    return values;
  }
}
