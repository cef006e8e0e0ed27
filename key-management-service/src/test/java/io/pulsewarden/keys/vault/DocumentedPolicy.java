package io.pulsewarden.keys.vault;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A policy as docs/vault.md tells an operator to write it, and what Vault makes of it: what no path
 * allows is forbidden; {@code +} is one segment; a parameter that is not listed is forbidden where
 * some are, and an empty list allows any value.
 */
final class DocumentedPolicy {

  private record Rule(
      Pattern path, List<String> capabilities, Map<String, List<String>> parameters) {}

  private static final Pattern RULE =
      Pattern.compile("path \"([^\"]+)\"\\s*\\{(.*?)\\}\\s*(?=path|\\z)", Pattern.DOTALL);
  private static final Pattern CAPABILITIES = Pattern.compile("capabilities\\s*=\\s*\\[(.*?)\\]");
  private static final Pattern PARAMETERS =
      Pattern.compile("allowed_parameters\\s*=\\s*\\{(.*)\\}");
  private static final Pattern PARAMETER = Pattern.compile("\"(\\w+)\"\\s*=\\s*\\[(.*?)\\]");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

  private final List<Rule> rules = new ArrayList<>();

  /**
   * @param name of its file, such as {@code pulsewarden-keys.hcl}
   */
  DocumentedPolicy(String name) {
    String page = read();
    int begin = page.indexOf("```text\n", page.indexOf("\n`" + name + "`")) + "```text\n".length();
    Matcher rule = RULE.matcher(page.substring(begin, page.indexOf("```", begin)));
    while (rule.find()) {
      Matcher capabilities = CAPABILITIES.matcher(rule.group(2));
      if (!capabilities.find()) {
        throw new IllegalStateException("a path without capabilities: " + rule.group(1));
      }
      rules.add(
          new Rule(
              Pattern.compile(rule.group(1).replace("+", "[^/]+")),
              quoted(capabilities.group(1)),
              parameters(rule.group(2))));
    }
    if (rules.isEmpty()) {
      throw new IllegalStateException("docs/vault.md has no policy " + name);
    }
  }

  private static String read() {
    try {
      return Files.readString(
          Path.of(System.getProperty("pulsewarden.root")).resolve("docs/vault.md"));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Map<String, List<String>> parameters(String rule) {
    Map<String, List<String>> parameters = new HashMap<>();
    Matcher all = PARAMETERS.matcher(rule);
    if (all.find()) {
      Matcher one = PARAMETER.matcher(all.group(1));
      while (one.find()) {
        parameters.put(one.group(1), quoted(one.group(2)));
      }
    }
    return parameters;
  }

  private static List<String> quoted(String list) {
    return QUOTED.matcher(list).results().map(each -> each.group(1)).toList();
  }

  boolean allows(String method, String path, JsonNode body) {
    String capability =
        switch (method) {
          case "GET" -> "read";
          case "DELETE" -> "delete";
          case "LIST" -> "list";
          default -> "update";
        };
    return rules.stream()
        .filter(rule -> rule.path().matcher(path).matches())
        .anyMatch(
            rule ->
                rule.capabilities().contains(capability)
                    && (!capability.equals("update") || allows(rule.parameters(), body)));
  }

  private static boolean allows(Map<String, List<String>> parameters, JsonNode body) {
    return parameters.isEmpty()
        || body.properties().stream()
            .allMatch(
                sent -> {
                  List<String> values = parameters.get(sent.getKey());
                  return values != null
                      && (values.isEmpty() || values.contains(sent.getValue().asText()));
                });
  }
}
