package io.pulsewarden.vault.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Types what docs/vault.md tells an operator to type, as {@code vault} would send it: {@code
 * secrets enable}, {@code policy write}, {@code auth enable}, {@code write}, {@code read}. What a
 * comment says goes into a file goes there.
 */
public final class VaultOperator {

  private static final Pattern INTO = Pattern.compile("#\\s*into ([\\w-]+).*");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final int FAILED = 300;

  private final URI address;
  private final HttpClient http;
  private final Path folder;
  private final OperatorsPage page = new OperatorsPage();

  /**
   * Somebody with root's token.
   *
   * @param tls null without TLS
   * @param folder where files go
   */
  public VaultOperator(VaultStandIn server, @Nullable SSLContext tls, Path folder) {
    this.address = server.url();
    this.folder = folder;
    HttpClient.Builder client = HttpClient.newBuilder();
    this.http = tls == null ? client.build() : client.sslContext(tls).build();
  }

  /** All that key management needs: {@code role-id} and {@code secret-id}. */
  public void prepareKeys() {
    page.commands("## What an operator does once").forEach(this::run);
  }

  /** What a trim needs for its hour: {@code trim-role-id} and {@code trim-secret-id}. */
  public void prepareTrim() {
    page.commands("Its files, for that hour").forEach(this::run);
  }

  /** The registry's policy and login; the engine is made by whoever tests it. */
  public void prepareRegistry() {
    run("vault auth enable approle");
    page.commands("Its policy and its login").forEach(this::run);
  }

  private void run(String line) {
    Matcher into = INTO.matcher(line);
    String command = line.replaceAll("\\s+#.*", "");
    JsonNode answer = send(command);
    if (into.find()) {
      write(into.group(1), answer.path("data").path(option(command, "field")).asText());
    }
  }

  private JsonNode send(String command) {
    List<String> plain =
        SPACE.splitAsStream(command).filter(word -> !word.startsWith("-")).toList();
    ObjectNode body = Answer.JSON.createObjectNode();
    return switch (plain.get(1)) {
      case "secrets" ->
          request(
              "POST", "sys/mounts/" + option(command, "path"), body.put("type", plain.getLast()));
      case "auth" ->
          request("POST", "sys/auth/" + plain.getLast(), body.put("type", plain.getLast()));
      case "policy" ->
          request(
              "PUT",
              "sys/policies/acl/" + plain.get(3),
              body.put("policy", page.policy(plain.get(4))));
      case "read" -> request("GET", plain.get(2), null);
      case "write" -> {
        plain.stream()
            .skip(3)
            .map(pair -> pair.split("=", 2))
            .forEach(pair -> body.put(pair[0], pair[1]));
        yield request("PUT", plain.get(2), body);
      }
      default -> throw new IllegalStateException("the stand-in's operator can't type: " + command);
    };
  }

  /** The value of {@code -name=value}. */
  private static String option(String command, String name) {
    return SPACE
        .splitAsStream(command)
        .filter(word -> word.startsWith("-" + name + "="))
        .map(word -> word.substring(name.length() + 2))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no -" + name + " in: " + command));
  }

  private JsonNode request(String method, String path, @Nullable JsonNode body) {
    try {
      HttpResponse<byte[]> answer =
          http.send(
              HttpRequest.newBuilder(address.resolve("/v1/" + path))
                  .header("X-Vault-Token", VaultStandIn.ROOT)
                  .method(
                      method,
                      body == null
                          ? HttpRequest.BodyPublishers.noBody()
                          : HttpRequest.BodyPublishers.ofByteArray(
                              Answer.JSON.writeValueAsBytes(body)))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() >= FAILED) {
        throw new IllegalStateException(path + " answered " + answer.statusCode());
      }
      return Answer.JSON.readTree(
          answer.body().length == 0 ? new byte[] {'{', '}'} : answer.body());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  private void write(String name, String content) {
    try {
      Path file = folder.resolve(name);
      if (!Files.exists(file)) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.writeString(file, content + "\n");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
