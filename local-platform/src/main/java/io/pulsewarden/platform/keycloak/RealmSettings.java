package io.pulsewarden.platform.keycloak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pulsewarden.platform.data.DemoUser;
import io.pulsewarden.platform.data.Passwords;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The realm as the admin API takes it: {@code realm.json} for what is the same everywhere, and the
 * demo users with this folder's passwords.
 */
final class RealmSettings {

  private static final ObjectMapper JSON = new ObjectMapper();

  private RealmSettings() {}

  static JsonNode of(Passwords passwords) throws IOException {
    ObjectNode realm = (ObjectNode) resource("realm.json");
    profile(realm);
    ArrayNode roles = realm.putObject("roles").putArray("realm");
    Arrays.stream(DemoUser.values())
        .flatMap(user -> user.roles().stream())
        .distinct()
        .forEach(role -> roles.addObject().put("name", role));
    ArrayNode users = realm.putArray("users");
    for (DemoUser user : DemoUser.values()) {
      users.add(user(user, passwords));
    }
    return realm;
  }

  private static ObjectNode user(DemoUser user, Passwords passwords) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("username", user.login())
            .put("firstName", user.givenName())
            .put("lastName", "Demo")
            .put("email", user.login() + "@pulsewarden.local")
            .put("emailVerified", true)
            .put("enabled", true);
    json.putObject("attributes")
        .putArray("organisation_id")
        .add(passwords.organisation().toString());
    json.putArray("credentials")
        .addObject()
        .put("type", "password")
        .put("temporary", false)
        .put("value", passwords.of(user).reveal());
    ArrayNode roles = json.putArray("realmRoles");
    user.roles().forEach(roles::add);
    return json;
  }

  /** The user profile is a component whose configuration is JSON inside a string. */
  private static void profile(ObjectNode realm) throws IOException {
    realm
        .putObject("components")
        .putArray("org.keycloak.userprofile.UserProfileProvider")
        .addObject()
        .put("providerId", "declarative-user-profile")
        .putObject("config")
        .putArray("kc.user.profile.config")
        .add(JSON.writeValueAsString(resource("user-profile.json")));
  }

  private static JsonNode resource(String name) throws IOException {
    try (InputStream json = RealmSettings.class.getResourceAsStream(name)) {
      if (json == null) {
        throw new IOException("no " + name + " beside " + RealmSettings.class.getName());
      }
      return JSON.readTree(json);
    }
  }
}
