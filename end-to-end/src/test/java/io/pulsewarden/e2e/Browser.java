package io.pulsewarden.e2e;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/** A person at a browser who follows links and fills in the one form of each page. */
final class Browser {

  private static final Pattern FORM = Pattern.compile("<form[^>]*\\saction=\"([^\"]+)\"");
  private static final Pattern HIDDEN =
      Pattern.compile("<input[^>]*type=\"hidden\"[^>]*name=\"([^\"]+)\"[^>]*value=\"([^\"]*)\"");

  private final HttpClient http;
  private HttpResponse<String> page;

  Browser(SSLContext trust, String url) throws IOException, InterruptedException {
    http =
        HttpClient.newBuilder()
            .sslContext(trust)
            .cookieHandler(new CookieManager())
            .followRedirects(HttpClient.Redirect.ALWAYS)
            .build();
    page = http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
  }

  /** Sends the page's form with its hidden fields and these. */
  void submit(Map<String, String> fields) throws IOException, InterruptedException {
    Matcher form = FORM.matcher(page.body());
    if (!form.find()) {
      throw new AssertionError("no form on " + page.uri() + ":\n" + page.body());
    }
    URI action = page.uri().resolve(form.group(1).replace("&amp;", "&"));
    Map<String, String> hidden =
        HIDDEN
            .matcher(page.body())
            .results()
            .collect(Collectors.toMap(each -> each.group(1), each -> each.group(2), (a, b) -> a));
    String body = encode(hidden) + "&" + encode(fields);
    page =
        http.send(
            HttpRequest.newBuilder(action)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
  }

  String page() {
    return page.body();
  }

  private static String encode(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(
            each ->
                each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }
}
