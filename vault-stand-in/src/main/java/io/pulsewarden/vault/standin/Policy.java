package io.pulsewarden.vault.standin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A policy in HCL, and what Vault makes of it: what no path allows is forbidden; {@code +} is one
 * segment and {@code *} at the end whatever follows; a parameter that is not listed is forbidden
 * where some are, and an empty list allows any value.
 */
final class Policy {

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
   * Reads it.
   *
   * @throws IllegalArgumentException if it has no rule, or one without capabilities
   */
  Policy(String hcl) {
    Matcher rule = RULE.matcher(hcl);
    while (rule.find()) {
      Matcher capabilities = CAPABILITIES.matcher(rule.group(2));
      if (!capabilities.find()) {
        throw new IllegalArgumentException("a path without capabilities: " + rule.group(1));
      }
      String path = rule.group(1).replace("+", "[^/]+").replaceAll("\\*$", ".*");
      rules.add(
          new Rule(
              Pattern.compile(path), quoted(capabilities.group(1)), parameters(rule.group(2))));
    }
    if (rules.isEmpty()) {
      throw new IllegalArgumentException("a policy without a path");
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

  /**
   * Whether it lets somebody do that.
   *
   * @param capability {@code read}, {@code list}, {@code delete} or {@code update}
   */
  boolean allows(String capability, String path, JsonNode body) {
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
